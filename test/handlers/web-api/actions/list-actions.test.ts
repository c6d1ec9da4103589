import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { type Api, type Json, loadApi } from '#test/handlers/web-api/api.ts';

let api: Api;
beforeAll(async () => {
  api = await loadApi();
});
afterAll(() => api.close());

interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: unknown;
  anyOf?: Schema[];
}

/** The places of a schema that are open, or have no description. */
const gapsOf = (schema: Schema, path = ''): string[] => [
  ...(schema.properties && schema.additionalProperties !== false ? [`${path} is open`] : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => [
    ...(one.description === undefined ? [`${path}.${name} is not described`] : []),
    ...gapsOf(one, `${path}.${name}`),
  ]),
  ...(schema.items ? gapsOf(schema.items, `${path}[]`) : []),
  ...(schema.anyOf ?? []).flatMap((one) => gapsOf(one, path)),
];

describe('GET /api/actions', () => {
  it('lists every operation of the catalogue', async () => {
    const { status, body } = await api.request({ path: '/api/actions' });

    expect(status).toBe(200);
    expect(body.count).toBe(OPERATIONS.length);
    expect(body.data?.map(({ action, operation }) => [action, operation])).toEqual(
      OPERATIONS.map(({ action, operation }) => [action, operation]),
    );
  });

  it('shows what a form or a model needs to know', async () => {
    const { body } = await api.request({ path: '/api/actions' });

    const shown = body.data?.find(({ operation }) => operation === 'get_forecast');
    expect(shown).toMatchObject({
      aliases: ['get_weather'],
      title: 'Weather forecast',
      effect: 'read',
      services: ['weather-gov'],
      auth: { type: 'none' },
      cache: { fresh_seconds: 1_800, stale_seconds: 86_400 },
      needs_approval: false,
      input: {
        type: 'object',
        properties: { days: { type: 'integer', minimum: 1, maximum: 7, default: 2 } },
      },
      output: { type: 'object' },
    });
  });

  it.each([
    { operation: 'book_tee_time', effect: 'irreversible', needs_approval: true },
    { operation: 'cancel_reservation', effect: 'irreversible', needs_approval: true },
    { operation: 'search_tee_times', effect: 'read', needs_approval: false },
  ])('says that $operation is $effect, and whether it needs an approval', async (expected) => {
    const { body } = await api.request({ path: '/api/actions' });

    const shown = body.data?.find(({ operation }) => operation === expected.operation);
    expect(shown).toMatchObject(expected);
  });

  it('has a closed schema with a description of every property of input and output', async () => {
    const { body } = await api.request({ path: '/api/actions' });

    const gaps = (body.data ?? []).flatMap((one: Json) =>
      [one.input, one.output].flatMap((schema) => gapsOf(schema as Schema, `${one.operation}`)),
    );
    expect(gaps).toEqual([]);
  });

  it('lists each configured endpoint with its own input, and no secret', async () => {
    const definition = {
      title: 'Kitchen light',
      description: 'Switches the light in the kitchen.',
      origin: 'https://home.example',
      method: 'POST',
      path: '/lights/{state}',
      auth: { type: 'bearer' },
      effect: 'reversible',
      input: {
        type: 'object',
        properties: {
          path: {
            type: 'object',
            properties: {
              state: { type: 'string', enum: ['on', 'off'], description: 'On or off' },
            },
            required: ['state'],
          },
        },
        required: ['path'],
      },
      timeout_ms: 5_000,
      approval: true,
    };
    const fresh = await loadApi();
    fresh.ssm.parameters.set('endpoints/kitchen-light', JSON.stringify(definition));
    fresh.ssm.parameters.set('endpoints/broken', '{');

    const { status, body } = await fresh.request({ path: '/api/actions' });
    fresh.close();

    const [shown, ...others] = body.data?.filter(({ endpoint }) => endpoint !== undefined) ?? [];
    expect([status, others]).toEqual([200, []]);
    expect(shown).toMatchObject({
      action: 'http',
      operation: 'call',
      endpoint: 'kitchen-light',
      title: 'Kitchen light',
      effect: 'reversible',
      services: ['http-kitchen-light'],
      needs_approval: true,
      input: {
        properties: {
          endpoint: { const: 'kitchen-light' },
          path: { properties: { state: { enum: ['on', 'off'] } }, required: ['state'] },
        },
        required: ['endpoint', 'path'],
        additionalProperties: false,
      },
    });
    expect(JSON.stringify(shown)).not.toContain('home.example');
  });

  it('lists the operations of the catalogue, and logs a warning, while SSM cannot be read', async () => {
    const fresh = await loadApi({ LOG_LEVEL: 'warn' });
    fresh.ssm.parameters.set('endpoints/kitchen-light', '{}');
    fresh.ssm.failWith(new Error('SSM is down'));

    const { status, body } = await fresh.request({ path: '/api/actions' });
    fresh.close();

    expect([status, body.count]).toEqual([200, OPERATIONS.length]);
    expect(fresh.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { msg: 'endpoints not listed', err: { code: 'CONFIG_UNAVAILABLE' } },
    ]);
  });

  it('can be read by viewers', async () => {
    const headers = api.as('ada', 'viewer');

    expect((await api.request({ path: '/api/actions', headers })).status).toBe(200);
  });
});
