import { describe, expect, it } from 'vitest';
import { JOBS_BY_OPERATION } from '#lib/jobs/registry.ts';
import { DraftSchema, parseDraft } from '#lib/messages/draft.ts';
import { MAX_ARGUMENTS_BYTES, MAX_PAYLOAD_BYTES } from '#lib/messages/message.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { aMessage } from '#test/support/builders.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const options = { stage: 'dev', nowMs: NOW_MS } as const;
const parse = (input: unknown) => parseDraft(input, options);
const isSystemField = (name: string) => !(name in DraftSchema.shape);
const manual = (fields: Record<string, unknown> = {}) => ({
  message_type: 'manual',
  payload: { message: 'Water the plants' },
  ...fields,
});

const catchDetails = (check: () => unknown): readonly Problem[] => {
  try {
    check();
  } catch (error) {
    if (error instanceof AppError) return error.details;
    throw error;
  }
  return [];
};

/** A text with which the JSON of the whole object has this many bytes, mostly in characters of three bytes. */
const objectOf = (sizeBytes: number) => {
  const room = sizeBytes - Buffer.byteLength('{"filler":""}');
  return { filler: '€'.repeat(Math.floor(room / 3)) + 'x'.repeat(room % 3) };
};

describe('parseDraft', () => {
  it('accepts every field that a caller may set', () => {
    const sent = manual({
      arguments: { a: 1 },
      stage: 'dev',
      version: '1.7',
      valid_until: '2026-03-02T13:00:00+01:00',
      correlation_id: 'my-run',
    });

    expect(parse(sent)).toEqual({
      version: '1.7',
      message_type: 'manual',
      payload: { message: 'Water the plants' },
      arguments: { a: 1 },
      valid_until: '2026-03-02T12:00:00.000Z',
      correlation_id: 'my-run',
    });
  });

  it.each(['hello_world', 'manual', 'notify'])(
    'accepts a plain text as the payload of %s',
    (type) => {
      expect(parse({ message_type: type, payload: 'Hi' }).payload).toEqual({ message: 'Hi' });
    },
  );

  it.each([
    { what: 'an unknown type', input: manual({ message_type: 'fax' }), path: 'message_type' },
    { what: 'a missing type', input: { payload: {} }, path: 'message_type' },
    {
      what: 'a type without a consumer',
      input: { message_type: 'agent_task', payload: {} },
      path: 'message_type',
      problem: 'agent_task has no consumer in this version',
    },
    {
      what: 'the name of an inherited property as type',
      input: manual({ message_type: 'constructor' }),
      path: 'message_type',
    },
    { what: 'another stage', input: manual({ stage: 'prod' }), path: 'stage' },
    {
      what: 'a stage that does not exist',
      input: manual({ stage: 'moon' }),
      path: 'stage',
      problem: 'must be dev, stage or prod',
    },
    { what: 'a newer major version', input: manual({ version: '2.0' }), path: 'version' },
    { what: 'a malformed version', input: manual({ version: 'one' }), path: 'version' },
    { what: 'a missing payload', input: { message_type: 'manual' }, path: 'payload' },
    { what: 'a list as payload', input: manual({ payload: [] }), path: 'payload' },
    { what: 'an empty text', input: manual({ payload: '' }), path: 'payload.message' },
    {
      what: 'a text without visible characters',
      input: manual({ payload: { message: ' \n\t\u0007' } }),
      path: 'payload.message',
      problem: 'must not be empty',
    },
    {
      what: 'a missing message',
      input: manual({ payload: {} }),
      path: 'payload.message',
      problem: 'is required',
    },
    {
      what: 'a number instead of a text',
      input: manual({ payload: { message: 7 } }),
      path: 'payload.message',
      problem: 'must be a text',
    },
    {
      what: 'a plain text for a type that accepts none',
      input: { message_type: 'scheduled', payload: 'x', arguments: { operation: 'digest' } },
      path: 'payload',
    },
    {
      what: 'a payload of another type',
      input: { message_type: 'hello_world', payload: { message: 'a', click: 'https://a.example' } },
      path: 'payload.click',
    },
    {
      what: 'a property of a wrong type',
      input: manual({ payload: { message: 'a', tags: 'b' } }),
      path: 'payload.tags',
    },
    {
      what: 'a title that is too long',
      input: manual({ payload: { message: 'a', title: 'x'.repeat(251) } }),
      path: 'payload.title',
      problem: 'has more than 250 characters',
    },
    {
      what: 'too many tags',
      input: manual({ payload: { message: 'a', tags: Array(11).fill('t') } }),
      path: 'payload.tags',
    },
    {
      what: 'an invalid priority',
      input: manual({ payload: { message: 'a', priority: 6 } }),
      path: 'payload.priority',
    },
    {
      what: 'a link that is not https',
      input: { message_type: 'notify', payload: { message: 'a', click: 'javascript:alert(1)' } },
      path: 'payload.click',
    },
    {
      what: 'a scheduled message without operation',
      input: { message_type: 'scheduled', payload: {} },
      path: 'arguments.operation',
    },
    {
      what: 'a validity in the past',
      input: manual({ valid_until: iso(NOW_MS) }),
      path: 'valid_until',
    },
    {
      what: 'a validity of more than 30 days',
      input: manual({ valid_until: iso(NOW_MS + 30 * DAY_MS + 1) }),
      path: 'valid_until',
    },
    {
      what: 'a date as validity',
      input: manual({ valid_until: '2026-03-02' }),
      path: 'valid_until',
    },
    {
      what: 'a correlation id with a space',
      input: manual({ correlation_id: 'a b' }),
      path: 'correlation_id',
    },
    { what: 'an auth_config', input: manual({ auth_config: {} }), path: 'auth_config' },
    { what: 'an unknown property', input: manual({ colour: 'red' }), path: 'colour' },
  ])('refuses $what and names its path', ({ input, path, problem }) => {
    expect(() => parse(input)).toThrowError(
      expect.objectContaining({
        kind: 'invalid',
        code: 'VALIDATION_ERROR',
        details: expect.arrayContaining([
          { path, problem: problem ?? expect.stringMatching(/\w/) },
        ]),
      }),
    );
  });

  it.each(['message_id', ...Object.keys(MessageSchema.shape).filter(isSystemField)])(
    'responds that the system sets %s (F62)',
    (name) => {
      expect(() => parse(manual({ [name]: 'mine' }))).toThrowError(
        expect.objectContaining({ details: [{ path: name, problem: 'is set by the system' }] }),
      );
    },
  );

  it.each([
    { payload: 'Tea time', as: { message: 'Tea time' } },
    { payload: { message: 'Tea time', title: 'Now' }, as: { message: 'Tea time', title: 'Now' } },
  ])(
    'accepts a scheduled message without operation that is valid as manual: $payload',
    ({ payload, as }) => {
      expect(parse({ message_type: 'scheduled', payload })).toEqual({
        message_type: 'scheduled',
        payload: as,
      });
      expect(parse({ message_type: 'scheduled', payload, arguments: { n: 1 } }).payload).toEqual(
        as,
      );
    },
  );

  it.each([
    { payload: {}, path: 'payload.message' },
    { payload: '', path: 'payload.message' },
    { payload: { message: 'x', what: 'the new year' }, path: 'payload.what' },
  ])(
    'refuses a scheduled message without operation that is not valid as manual: $payload',
    ({ payload, path }) => {
      expect(() => parse({ message_type: 'scheduled', payload })).toThrowError(
        expect.objectContaining({
          details: [
            expect.objectContaining({ path }),
            {
              path: 'arguments.operation',
              problem: expect.stringMatching(
                /^is required unless .*; the jobs are [\w, ]*\bdigest\b/,
              ),
            },
          ],
        }),
      );
    },
  );

  it.each([
    'no-such-job',
    '',
    'Digest',
    ' digest',
    'manual',
    'constructor',
    '__proto__',
    7,
    null,
    [],
  ])('refuses the operation %j, and lists the jobs', (operation) => {
    const input = { message_type: 'scheduled', payload: {}, arguments: { operation } };

    expect(() => parse(input)).toThrowError(
      expect.objectContaining({
        details: [
          {
            path: 'arguments.operation',
            problem: `is not a job; the jobs are ${Object.keys(JOBS_BY_OPERATION).join(', ')}`,
          },
        ],
      }),
    );
  });

  it.each(Object.keys(JOBS_BY_OPERATION))('accepts the operation %s', (operation) => {
    const input = { message_type: 'scheduled', payload: { a: 1 }, arguments: { operation } };

    expect(parse(input)).toEqual(input);
  });

  it.each([
    { field: 'tags', value: Array(11).fill('a'), problem: 'must have at most 10 tags' },
    {
      field: 'click',
      value: `https://e.example/${'a'.repeat(1_990)}`,
      problem: 'must have at most 2000 characters',
    },
    { field: 'click', value: 'javascript:alert(1)', problem: 'must be an https link' },
  ])('names the one rule that $field breaks: $problem', ({ field, value, problem }) => {
    const input = { message_type: 'notify', payload: { message: 'x', [field]: value } };

    expect(() => parse(input)).toThrowError(
      expect.objectContaining({ details: [{ path: `payload.${field}`, problem }] }),
    );
  });

  it.each(['manual', 'notify', 'scheduled'])(
    'describes valid tags of %s in one sentence',
    (type) => {
      const input = {
        message_type: type,
        payload: { message: 'x', tags: 'a,b' },
        ...(type === 'scheduled' ? { arguments: { n: 1 } } : {}),
      };

      expect(() => parse(input)).toThrowError(
        expect.objectContaining({
          details: expect.arrayContaining([
            {
              path: 'payload.tags',
              problem: 'must be a list of texts, such as ["warning", "skull"]',
            },
          ]),
        }),
      );
    },
  );

  it('lists the properties of a response that must be left out of a request in one sentence', () => {
    const read = {
      ...aMessage({ message_type: 'manual', payload: { message: 'x' }, status: 'failed' }),
      message_id: 'msg_20260301120000_0123456789ABCDEF',
    };

    const problem = catchDetails(() => parse(read));
    const [names = ''] = problem[0]?.problem.split(' are set by the system') ?? [];
    const rest = Object.fromEntries(
      Object.entries(read).filter(([name]) => !names.split(/, | and /).includes(name)),
    );

    expect(problem).toEqual([{ path: '', problem: expect.stringContaining('leave them out') }]);
    expect(parse({ ...rest, valid_until: undefined })).toMatchObject({ message_type: 'manual' });
  });

  it('responds for every property that a caller cannot set that the system sets it', () => {
    const owned = Object.keys(MessageSchema.shape).filter((name) => !(name in DraftSchema.shape));

    for (const name of owned) {
      expect(catchDetails(() => parse(manual({ [name]: 'mine' })))).toEqual([
        { path: name, problem: 'is set by the system' },
      ]);
    }
  });

  it('lists all problems at once', () => {
    const input = manual({ stage: 'prod', version: '2.0', payload: { message: '', title: 7 } });

    expect(() => parse(input)).toThrowError(
      expect.objectContaining({
        details: ['stage', 'version', 'payload.message', 'payload.title'].map((path) =>
          expect.objectContaining({ path }),
        ),
      }),
    );
  });

  it.each([
    { field: 'payload', max: MAX_PAYLOAD_BYTES },
    { field: 'arguments', max: MAX_ARGUMENTS_BYTES },
  ])('accepts $field up to its limit in bytes and not one byte more (F05)', ({ field, max }) => {
    const sized = (bytes: number) => ({
      message_type: 'scheduled',
      payload: {},
      ...(field === 'payload'
        ? { payload: objectOf(bytes), arguments: { operation: 'digest' } }
        : {
            arguments: { ...objectOf(bytes - '"operation":"digest",'.length), operation: 'digest' },
          }),
    });

    expect(() => parse(sized(max - 1))).not.toThrow();
    expect(() => parse(sized(max))).not.toThrow();
    expect(() => parse(sized(max + 1))).toThrowError(
      expect.objectContaining({ details: [expect.objectContaining({ path: field })] }),
    );
  });
});

describe('newMessage', () => {
  it.each([
    { type: 'manual', hours: 24 },
    { type: 'notify', hours: 72 },
  ] as const)(
    'creates a $type that is valid for the schema and valid for $hours hours',
    ({ type, hours }) => {
      const message = newMessage(
        { message_type: type, payload: { message: 'a' } },
        {
          id: 'msg_20260301120000_0123456789ABCDEF',
          created_by: 'user:local',
          correlation_id: 'run',
        },
        options,
      );

      expect(MessageSchema.safeParse(message).error).toBeUndefined();
      expect(message).toMatchObject({
        status: 'created',
        valid_until: iso(NOW_MS + hours * HOUR_MS),
        next_due_at: iso(NOW_MS + MINUTE_MS),
        due_bucket: 'due',
        hop_count: 0,
        attempt: 0,
        strikes: 0,
        retry_count: 0,
      });
    },
  );
});
