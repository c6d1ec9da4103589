import type { IncomingMessage, RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { findOperation, OPERATIONS } from '#lib/actions/catalogue.ts';
import { parseAction } from '#lib/actions/parse-action.ts';
import { AppError } from '#lib/platform/errors.ts';
import { CANARY, FIXTURES, type OperationFixture } from './fixtures.ts';
import { operationRun } from './operation-run.ts';

const NAMED = OPERATIONS.map((operation) => ({
  name: `${operation.action}.${operation.operation}`,
  operation,
}));

const fixtureOf = (name: string): OperationFixture => {
  const fixture = FIXTURES[name];
  if (fixture === undefined) throw new Error(`test/lib/actions/fixtures.ts has no ${name}`);
  return fixture;
};

const JSON_TYPE = { 'content-type': 'application/json' };

const answering =
  (status: number, body: string, headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  (): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end(body);
  };

interface Fault {
  what: string;
  answer: () => RequestListener;
  /** Default: one that a busy machine does not exceed. */
  timeoutMs?: number;
  /** Kind and code; the second one for an operation that reads text, too. */
  ends: readonly [string, string?];
}

/** What services do, and how each operation must fail. */
const FAULTS: readonly Fault[] = [
  { what: '500', answer: answering(500, '{}'), ends: ['unavailable HTTP_5XX'] },
  {
    what: '503 with a page',
    answer: answering(503, '<html>', { 'content-type': 'text/html' }),
    ends: ['unavailable HTTP_5XX'],
  },
  { what: '429', answer: answering(429, '{}'), ends: ['unavailable HTTP_429'] },
  {
    what: 'no response',
    answer: () => () => {},
    timeoutMs: 1_000,
    ends: ['unavailable HTTP_TIMEOUT'],
  },
  {
    what: 'a connection that closes',
    answer: () => (_, response) => void response.socket?.destroy(),
    ends: ['unavailable HTTP_CONNECTION'],
  },
  { what: '401 twice', answer: answering(401, '{}'), ends: ['unavailable CREDENTIALS_REFUSED'] },
  { what: '403', answer: answering(403, '{}'), ends: ['unavailable CREDENTIALS_REFUSED'] },
  {
    what: 'a challenge',
    answer: answering(403, '<html>', { 'content-type': 'text/html', 'cf-mitigated': 'challenge' }),
    ends: ['invalid BLOCKED_BY_PROVIDER'],
  },
  {
    what: 'a page',
    answer: answering(200, '<!doctype html><html>', { 'content-type': 'text/html' }),
    ends: ['invalid BLOCKED_BY_PROVIDER', 'unavailable UNREADABLE_RESPONSE'],
  },
  {
    what: '2 MB',
    answer: answering(200, `"${'x'.repeat(2 * 1024 * 1024)}"`),
    ends: ['invalid RESPONSE_TOO_LARGE'],
  },
  {
    what: 'JSON that is cut',
    answer: answering(200, '{"a": [1, 2'),
    ends: ['unavailable UNREADABLE_RESPONSE'],
  },
  {
    what: 'JSON that is nested too deep',
    answer: answering(200, `${'['.repeat(10_000)}${']'.repeat(10_000)}`),
    ends: ['unavailable UNREADABLE_RESPONSE'],
  },
  {
    what: 'another charset',
    answer: answering(200, '{}', { 'content-type': 'application/json; charset=iso-8859-1' }),
    ends: ['unavailable UNREADABLE_RESPONSE'],
  },
  {
    what: 'bytes',
    answer: answering(200, '\u0000\u0001', { 'content-type': 'application/octet-stream' }),
    ends: ['unavailable UNREADABLE_RESPONSE'],
  },
];

/** Sends back everything that it gets, as a service with a bug does. */
const echoing =
  (status: number): RequestListener =>
  ({ headers, url }: IncomingMessage, response) => {
    const message = `bad request ${url} ${JSON.stringify(headers)}`;
    response.writeHead(status, JSON_TYPE).end(JSON.stringify({ message, headers }));
  };

/** Every schema of properties in a JSON Schema, with its path. */
const propertiesIn = (schema: unknown, path = ''): { path: string; schema: JsonSchema }[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = schema as JsonSchema;
  const own = Object.entries(properties).flatMap(([name, property]) => [
    { path: `${path}.${name}`, schema: property },
    ...propertiesIn(property, `${path}.${name}`),
  ]);
  const inner = [items, ...anyOf, ...oneOf, ...allOf];
  return [...own, ...inner.flatMap((one) => propertiesIn(one, path))];
};

interface JsonSchema {
  type?: string;
  description?: string;
  additionalProperties?: unknown;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

/** A property that may be null has its description beside its type. */
const isDescribed = ({ description, anyOf = [] }: JsonSchema): boolean =>
  description !== undefined || anyOf.some(isDescribed);

const jsonSchemaOf = (schema: z.ZodMiniType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema;

const endOf = async (running: Promise<unknown>): Promise<string> => {
  try {
    await running;
    return 'succeeded';
  } catch (error) {
    return error instanceof AppError ? `${error.kind} ${error.code}` : String(error);
  }
};

describe('the catalogue', () => {
  it('has one fixture for each operation, and none without', () => {
    expect(Object.keys(FIXTURES).sort()).toEqual(NAMED.map(({ name }) => name).sort());
  });

  it('has every name and every alias once', () => {
    const names = OPERATIONS.flatMap(({ action, operation, aliases = [] }) =>
      [operation, ...aliases].map((name) => `${action}.${name}`),
    );

    expect(names).toEqual([...new Set(names)]);
    for (const name of names) expect(name).toMatch(/^[a-z]+\.[a-z]+(?:_[a-z]+)*$/);
  });
});

describe.each(NAMED)('the operation $name', ({ name, operation }) => {
  const { action, title, description, examples, aliases = [] } = operation;

  it('has texts for people, and is found by its name and its aliases', () => {
    expect(title).toMatch(/^[A-Z][^.\n]{2,60}$/);
    expect(description).toMatch(/^[A-Z][^\n]{20,500}\.$/);
    for (const one of [operation.operation, ...aliases]) {
      expect(findOperation(action, one)).toBe(operation);
    }
  });

  it.each(['input', 'output'] as const)('describes each property of its %s', (io) => {
    const schema = jsonSchemaOf(operation[io], io);

    const bare = propertiesIn(schema).filter((one) => !isDescribed(one.schema));
    const open = [{ path: '', schema }, ...propertiesIn(schema)].filter(
      ({ schema: { type, properties, additionalProperties } }) =>
        type === 'object' && properties !== undefined && additionalProperties !== false,
    );

    expect(bare.map(({ path }) => path)).toEqual([]);
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  it('has examples that are valid, alone and as a message', () => {
    for (const example of examples) {
      expect(z.safeParse(operation.input, example)).toMatchObject({ success: true });
      const request = {
        payload: { version: '1.0', action, ...example },
        arguments: { operation: operation.operation },
      };
      expect(parseAction(request).operation).toBe(operation);
    }
  });

  it('refuses a property that it does not know', () => {
    for (const property of ['colour', 'origin', 'headers', '__proto__x']) {
      expect(z.safeParse(operation.input, { ...examples[0], [property]: 'x' }).success).toBe(false);
    }
  });

  it('returns an output that fits its schema and has texts', async () => {
    const { input, start } = fixtureOf(name);
    const { run } = operationRun(await start());

    const output = await run(operation, input);

    expect(z.safeParse(operation.output, output)).toMatchObject({ success: true });
    const texts = operation.present(output);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toMatch(/\S/);
  });

  it.each(FAULTS)(
    'fails as documented after $what',
    async ({ answer, timeoutMs = 30_000, ends: [code, ofText] }) => {
      const { input, start, readsOnlyJson } = fixtureOf(name);
      const { run } = operationRun(await start(answer(), timeoutMs), { timeoutMs });

      const end = await endOf(run(operation, input));

      expect(end).toBe(readsOnlyJson ? code : (ofText ?? code));
    },
  );

  it.each([200, 400, 401, 403, 404, 422, 500])(
    'shows no secret when the service sends it back with %i',
    async (status) => {
      const { input, start } = fixtureOf(name);
      const world = await start(echoing(status));
      const { run, log, exchanges } = operationRun(world);

      const end = await run(operation, input).catch((error: unknown) => error);

      const shown = JSON.stringify([
        end instanceof Error ? [end.message, String(end.cause)] : end,
        log.lines,
        exchanges,
      ]);
      for (const secret of secretsIn(world.secrets)) expect(shown).not.toContain(secret);
      expect(shown).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
    },
  );
});

const secretsIn = (secrets: unknown): string[] =>
  JSON.stringify(secrets ?? {}).match(new RegExp(`${CANARY}[\\w-]*`, 'g')) ?? [];
