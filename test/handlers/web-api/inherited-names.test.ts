import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HttpEventInput } from '#test/support/events.ts';
import { INHERITED_NAMES } from '#test/support/inherited-names.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { type Api, type JsonResponse, loadApi } from './api.ts';

/** A name that no object has, not even by inheritance. */
const NEUTRAL = 'nonsense';

let api: Api;
let bridge: ReturnType<typeof installScheduler>;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'error' });
  const { schedulerClient } = await import('#lib/schedules/event-bridge.ts');
  bridge = installScheduler(schedulerClient, { clock: { now: Date.now } });
});
afterEach(() => {
  bridge.uninstall();
  api.close();
  vi.resetModules();
});

const get = (path: string, query: Record<string, string> = {}): HttpEventInput => ({ path, query });
const post = (path: string, body: unknown): HttpEventInput => ({ method: 'POST', path, body });
/** As text, because `__proto__` in an object literal is not a property. */
const withProperty = (inside: string, name: string, after = '') =>
  `{"message_type":"manual",${inside}"${name}":"x"${after}}`;

const manual = (fields: object, payload: object = {}) =>
  post('/api/messages', {
    message_type: 'manual',
    payload: { message: 'x', ...payload },
    ...fields,
  });
const tea = (fields: object) =>
  post('/api/schedules', {
    name: 'tea',
    schedule_expression: 'rate(1 day)',
    target_type: 'scheduled',
    target: { message_type: 'manual', payload: 'x' },
    ...fields,
  });
const preview = (fields: object) =>
  post('/api/schedules/preview', { expression: 'rate(1 day)', ...fields });
const change = (args: object) =>
  post('/api/messages', { message_type: 'schedule_creation', payload: {}, arguments: args });

/** Requests that contain a name at each place where the code could look it up. */
const PLACES: Record<string, (name: string) => HttpEventInput> = {
  'a message type': (name) => manual({ message_type: name }),
  'an operation': (name) =>
    manual({ message_type: 'scheduled', arguments: { operation: name }, payload: {} }),
  'a stage': (name) => manual({ stage: name }),
  'a version': (name) => manual({ version: name }),
  'a correlation id': (name) => manual({ correlation_id: name }),
  'a priority': (name) => manual({}, { priority: name }),
  'a tag': (name) => manual({}, { tags: [name] }),
  'a property of a body': (name) => post('/api/messages', withProperty('"payload":"x",', name)),
  'a property of a payload': (name) =>
    post('/api/messages', withProperty('"payload":{"message":"x",', name, '}')),
  'a property of arguments': (name) =>
    post('/api/messages', withProperty('"payload":"x","arguments":{', name, '}')),
  'an action on a schedule': (name) => change({ action: name, name: 'tea' }),
  'a target type': (name) => tea({ target_type: name }),
  'a type of a target': (name) => tea({ target: { message_type: name, payload: 'x' } }),
  'an overlap': (name) => tea({ overlap: name }),
  'a catch-up': (name) => tea({ catch_up: name }),
  'a time zone': (name) => tea({ timezone: name }),
  'a name of a schedule': (name) => tea({ name }),
  'an expression': (name) => preview({ expression: name }),
  'a unit': (name) => preview({ expression: `rate(2 ${name})` }),
  'a month': (name) => preview({ expression: `cron(0 9 1 ${name} ? *)` }),
  'a macro': (name) => preview({ expression: `@${name}` }),
  'a zone of a preview': (name) => preview({ timezone: name }),
  'a status in a query': (name) => get('/api/messages', { status: name }),
  'a type in a query': (name) => get('/api/messages', { message_type: name }),
  'a stage in a query': (name) => get('/api/messages', { stage: name }),
  'a creator in a query': (name) => get('/api/messages', { created_by: name }),
  'a cursor': (name) => get('/api/messages', { cursor: name }),
  'a status of schedules': (name) => get('/api/schedules', { status: name }),
  'a time range': (name) => get('/api/metrics', { time_range: name }),
  'a stage of metrics': (name) => get('/api/metrics', { stage: name }),
  'a parameter': (name) => get('/api/messages', { [name]: 'x' }),
  'an id of a message': (name) => get(`/api/messages/${name}`),
  'an id of a schedule': (name) => get(`/api/schedules/${name}`),
  'a path': (name) => get(`/api/${name}`),
  'a path below a message': (name) => get(`/api/messages/msg_x/${name}`),
  'a method': (name) => ({ method: name, path: '/api/messages' }),
  'a correlation id in a header': (name) => ({
    ...get('/api/me'),
    headers: { 'X-Correlation-ID': name },
  }),
  'a group': (name) => ({ ...get('/api/messages'), headers: api.as('ada', name) }),
  'a user': (name) => ({ ...get('/api/me'), headers: api.as(name, 'viewer') }),
  'a code': (name) =>
    post('/api/auth/callback', {
      code: name,
      redirect_uri: 'https://app.example/callback',
      code_verifier: 'v'.repeat(43),
    }),
  'a redirect URI': (name) =>
    post('/api/auth/login', { redirect_uri: name, code_challenge: 'c'.repeat(43) }),
};

/** The parts of a response that must not depend on the name: not ids, times and the name itself. */
const essence = ({ status, body, headers }: JsonResponse, name: string) => {
  const text = JSON.stringify({ status, allow: headers.Allow, body })
    .replaceAll(JSON.stringify(name).slice(1, -1), NEUTRAL)
    .replaceAll(name.toUpperCase(), NEUTRAL.toUpperCase())
    .replaceAll(/\b(msg|sched)_\d{14}_\w+/g, '$1_…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time');
  return JSON.parse(text);
};

/** Rejected by name as a property, before the schemas see it. */
const isForbidden = (place: string, name: string) =>
  name === '__proto__' && place.startsWith('a property');

describe.each(Object.entries(PLACES))('%s', (place, requestWith) => {
  it('treats a name that every object inherits like any other text', async () => {
    const expected = essence(await api.request(requestWith(NEUTRAL)), NEUTRAL);
    for (const name of INHERITED_NAMES.filter((name) => !isForbidden(place, name))) {
      api.dynamo.reset();
      const answer = await api.request(requestWith(name));

      expect(essence(answer, name), name).toEqual(expected);
    }
  });
});

describe('a property, a tag or a key with the name of an inherited property', () => {
  it.each(INHERITED_NAMES.filter((name) => name !== '__proto__'))(
    'is stored in the target of a schedule, and in the message of a run: %s',
    async (name) => {
      const target = {
        message_type: 'scheduled',
        payload: { [name]: { [name]: 'x' } },
        arguments: { operation: 'hello_world', [name]: ['x'] },
      };

      const { body: made } = await api.request(tea({ target }));
      const { body: read } = await api.request(get(`/api/schedules/${made.id}`));
      const run = await api.request(post(`/api/schedules/${made.id}/run`, {}));

      expect(read).toMatchObject({ target });
      expect(run).toMatchObject({
        status: 202,
        body: { payload: target.payload, arguments: target.arguments },
      });
    },
  );

  it('is stored as it was sent', async () => {
    const tags = ['constructor', '__proto__', 'valueOf'];

    const { body } = await api.request(manual({}, { tags }));

    expect(body).toMatchObject({ payload: { tags } });
  });

  it.each(INHERITED_NAMES)('identifies a request like any other key: %s', async (key) => {
    const request = { ...manual({}), headers: { 'Idempotency-Key': key } };

    const first = await api.request(request);
    const second = await api.request(request);

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers['Idempotency-Replayed']).toBe('true');
    expect(second.body.id).toBe(first.body.id);
  });
});
