import { describe, expect, it } from 'vitest';
import { parseDraft } from '#lib/messages/draft.ts';
import { envelopeOf, readEnvelope } from '#lib/messages/envelope.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { checkPayload, priorityNumber, readPayload } from '#lib/messages/payloads.ts';
import { MESSAGE_TYPES, topicVariable } from '#lib/messages/routes.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { aMessage } from '#test/support/builders.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const parse = (input: unknown) => parseDraft(input, { stage: 'dev', nowMs: NOW_MS });

/** The paths of the problems; none when it is accepted. */
const pathsOf = (check: () => unknown): string[] => {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.details.map(({ path }) => path);
    throw error;
  }
};
const push = (fields: Record<string, unknown>) => () =>
  checkPayload('notify', { message: 'a', ...fields });

/** A link of so many characters. */
const linkOf = (chars: number) => `https://a.example/${'x'.repeat(chars - 18)}`;
/** An object whose JSON has so many bytes. */
const objectOf = (bytes: number) => ({ filler: 'x'.repeat(bytes - '{"filler":""}'.length) });

describe('a push', () => {
  it.each([
    { path: 'payload.title', max: { title: 'x'.repeat(250) }, over: { title: 'x'.repeat(251) } },
    { path: 'payload.tags.0', max: { tags: ['x'.repeat(50)] }, over: { tags: ['x'.repeat(51)] } },
    {
      path: 'payload.tags',
      max: { tags: Array(10).fill('t') },
      over: { tags: Array(11).fill('t') },
    },
    { path: 'payload.tags.1', max: { tags: ['a', 'b'] }, over: { tags: ['a', 'b,c'] } },
    { path: 'payload.tags.0', max: { tags: [] }, over: { tags: [' '] } },
    { path: 'payload.click', max: { click: linkOf(2_000) }, over: { click: linkOf(2_001) } },
    { path: 'payload.priority', max: { priority: 5 }, over: { priority: 6 } },
    { path: 'payload.priority', max: { priority: 1 }, over: { priority: 0 } },
    { path: 'payload.priority', max: { priority: 'urgent' }, over: { priority: 'Urgent' } },
    { path: 'payload.markdown', max: { markdown: true }, over: { markdown: 'yes' } },
  ])('may reach each limit, and not pass it: $path', ({ path, max, over }) => {
    expect(pathsOf(push(max))).toEqual([]);
    expect(pathsOf(push(over))).toEqual([path]);
  });

  it.each([
    ['min', 1],
    ['low', 2],
    ['default', 3],
    ['high', 4],
    ['max', 5],
    ['urgent', 5],
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
  ] as const)('of priority %s has the number %i', (priority, number) => {
    expect(checkPayload('notify', { message: 'a', priority })).toEqual({ message: 'a', priority });
    expect(priorityNumber(priority)).toBe(number);
  });

  it('keeps every property that it may have', () => {
    const payload = {
      ...{ message: 'a', title: 'b', priority: 4, tags: ['c'] },
      ...{ click: 'https://a.example/', markdown: false },
    };

    expect(readPayload('notify', payload)).toEqual(payload);
    expect(checkPayload('notify', payload)).toEqual(payload);
  });
});

describe('the payload of a message', () => {
  it('about a new schedule describes the message that the schedule sends', () => {
    const payload = { message_type: 'manual', payload: { message: 'a' }, arguments: { b: 1 } };

    expect(readPayload('schedule_creation', { ...payload, later: true })).toEqual(payload);
    expect(readPayload('schedule_creation', { payload: 'a' })).toEqual({ payload: 'a' });
    expect(readPayload('schedule_creation', {})).toEqual({});
    expect(pathsOf(() => readPayload('schedule_creation', { payload: 7 }))).toEqual([
      'payload.payload',
    ]);
  });

  it('of a job is left to the job', () => {
    expect(checkPayload('scheduled', { anything: [1] })).toEqual({ anything: [1] });
  });

  it.each([
    { fields: {}, paths: [] },
    { fields: { version: '1.0', url: 'https://a.example/', zip: '12345' }, paths: [] },
    { fields: { version: '1.999' }, paths: [] },
    { fields: { version: '1.1000' }, paths: ['payload.version'] },
    { fields: { version: '2.0' }, paths: ['payload.version'] },
    { fields: { action: undefined }, paths: ['payload.action'] },
    { fields: { action: '' }, paths: ['payload.action'] },
    { fields: { action: 'a'.repeat(64) }, paths: [] },
    { fields: { action: 'a'.repeat(65) }, paths: ['payload.action'] },
    { fields: { url: linkOf(2_000) }, paths: [] },
    { fields: { url: linkOf(2_001) }, paths: ['payload.url'] },
    { fields: { url: 'ftp://a.example/' }, paths: ['payload.url'] },
  ])('of a web action names the action, with $fields: $paths', ({ fields, paths }) => {
    const payload = { action: 'weather', ...fields };

    expect(pathsOf(() => checkPayload('web_action', payload))).toEqual(paths);
    expect(pathsOf(() => readPayload('web_action', payload))).toEqual(paths);
  });

  it('is refused with every problem', () => {
    expect(() => checkPayload('manual', { message: '', title: 7 })).toThrowError(
      'payload.message must not be empty; payload.title must be a text',
    );
  });

  it('is not read when it is not valid, and the error names its type', () => {
    expect(() => readPayload('hello_world', { message: '' })).toThrowError(
      expect.objectContaining({
        ...{ kind: 'invalid', code: 'INVALID_PAYLOAD' },
        message: expect.stringContaining('message_type hello_world: payload.message'),
        details: [{ path: 'payload.message', problem: 'must not be empty' }],
      }),
    );
  });
});

describe('a draft', () => {
  const manual = (fields: Record<string, unknown>) => () =>
    parse({ message_type: 'manual', payload: { message: 'a' }, ...fields });

  it.each([
    { until: NOW_MS + 1, paths: [] },
    { until: NOW_MS, paths: ['valid_until'] },
    { until: NOW_MS + 30 * DAY_MS, paths: [] },
    { until: NOW_MS + 30 * DAY_MS + 1, paths: ['valid_until'] },
  ])('may be valid from now on and for 30 days: $until', ({ until, paths }) => {
    expect(pathsOf(manual({ valid_until: iso(until) }))).toEqual(paths);
  });

  it.each([
    { version: '1.0', paths: [] },
    { version: '1.999', paths: [] },
    { version: '1.1000', paths: ['version'] },
    { version: '2.0', paths: ['version'] },
    { version: '1', paths: ['version'] },
  ])('may have version $version: $paths', ({ version, paths }) => {
    expect(pathsOf(manual({ version }))).toEqual(paths);
  });

  it.each([
    { chars: 64, paths: [] },
    { chars: 65, paths: ['correlation_id'] },
    { chars: 0, paths: ['correlation_id'] },
  ])('may have a correlation id of $chars characters: $paths', ({ chars, paths }) => {
    expect(pathsOf(manual({ correlation_id: 'a'.repeat(chars) }))).toEqual(paths);
  });

  it.each([
    { field: 'payload', bytes: 65_536 },
    { field: 'arguments', bytes: 16_384 },
  ])('may have $bytes bytes of $field, and not one more', ({ field, bytes }) => {
    const job = { operation: 'digest' };
    const sized = (size: number) => () =>
      parse({
        ...{ message_type: 'scheduled', payload: {}, arguments: job },
        ...(field === 'payload'
          ? { payload: objectOf(size) }
          : { arguments: { ...job, ...objectOf(size - '"operation":"digest",'.length) } }),
      });

    expect(pathsOf(sized(bytes))).toEqual([]);
    expect(pathsOf(sized(bytes + 1))).toEqual([field]);
  });

  it.each(['agent_task', 'agent_response'])(
    'of the reserved type %s is refused by name',
    (type) => {
      expect(() => parse({ message_type: type, payload: {} })).toThrowError(
        expect.objectContaining({
          details: [{ path: 'message_type', problem: `${type} has no consumer in this version` }],
        }),
      );
    },
  );

  it('of an unknown type is refused with the list of types', () => {
    expect(() => parse({ message_type: 'fax', payload: {} })).toThrowError(
      expect.objectContaining({
        details: [
          {
            path: 'message_type',
            problem: `must be one of ${MESSAGE_TYPES.join(', ')}`,
          },
        ],
      }),
    );
  });
});

describe('a new message', () => {
  const id = 'msg_20260301120000_0123456789ABCDEF';

  it('is due in a minute, valid for a day, and the first of its run', () => {
    const origin = { id, created_by: 'user:local', correlation_id: 'run' };

    expect(
      newMessage({ message_type: 'manual', payload: { message: 'a' } }, origin, {
        ...{ stage: 'prod', nowMs: NOW_MS },
      }),
    ).toEqual({
      ...{ version: '1.0', id, stage: 'prod', message_type: 'manual', status: 'created' },
      ...{ created_date: iso(NOW_MS), updated_date: iso(NOW_MS), created_by: 'user:local' },
      requested_by: 'user:local',
      ...{ payload: { message: 'a' }, correlation_id: 'run', hop_count: 0 },
      ...{ valid_until: '2026-03-02T12:00:00.000Z', attempt: 0, retry_count: 0, strikes: 0 },
      ...{ next_due_at: '2026-03-01T12:01:00.000Z', due_bucket: 'due' },
    });
  });

  it('keeps what its author and its parent say', () => {
    const draft = {
      message_type: 'scheduled',
      ...{ payload: {}, arguments: { operation: 'digest' } },
      ...{ version: '1.3', valid_until: iso(NOW_MS + 5) },
    } as const;
    const origin = { id, created_by: 'processor', correlation_id: 'run' };
    const parent = { parent_id: 'msg_20260301115900_0123456789ABCDEF', hop_count: 2 };

    expect(
      newMessage(draft, { ...origin, ...parent }, { stage: 'dev', nowMs: NOW_MS }),
    ).toMatchObject({ ...draft, ...origin, ...parent });
  });
});

describe('a wake-up', () => {
  const origin = { eventId: 'e1', timestamp: 't1', source: 'web-api', region: 'eu-west-1' };
  const message = aMessage({ message_type: 'manual' });
  const envelope = envelopeOf(message, origin);

  it('names the message, its event, its source and its stage', () => {
    const { id, message_type, stage, created_by, created_date, correlation_id } = message;

    expect(envelope).toEqual({
      ...{ schema_version: '1.0', event_type: 'message_created', event_id: 'e1', timestamp: 't1' },
      source: 'web-api',
      message: { id, message_type, stage, created_by, created_date, correlation_id },
      metadata: { region: 'eu-west-1', environment: stage },
    });
  });

  it('is read back whole', () => {
    expect(readEnvelope(JSON.stringify(envelope))).toEqual(envelope);
  });

  it.each([
    ...Object.keys(envelope).map((name) => ({ of: 'envelope', name })),
    ...Object.keys(envelope.message).map((name) => ({ of: 'message', name })),
    ...Object.keys(envelope.metadata).map((name) => ({ of: 'metadata', name })),
  ])('without $name ($of) is none', ({ of, name }) => {
    const changed: Record<string, unknown> = structuredClone(envelope);
    delete (of === 'envelope' ? changed : (changed[of] as Record<string, unknown>))[name];

    expect(readEnvelope(JSON.stringify(changed))).toBeUndefined();
  });

  it.each([
    { schema_version: '2.0' },
    { schema_version: '11.0' },
    { schema_version: '1.0.0' },
    { event_type: 'message_deleted' },
  ])('of another kind is none: %j', (other) => {
    expect(readEnvelope(JSON.stringify({ ...envelope, ...other }))).toBeUndefined();
  });
});

describe('the variable of a topic', () => {
  it.each([
    ['messages', 'MESSAGES_TOPIC_ARN'],
    ['notifications', 'NOTIFICATIONS_TOPIC_ARN'],
    ['schedule-creation', 'SCHEDULE_CREATION_TOPIC_ARN'],
  ] as const)('of %s is %s', (topic, variable) => {
    expect(topicVariable(topic)).toBe(variable);
  });
});
