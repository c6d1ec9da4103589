import { describe, expect, it } from 'vitest';
import { type CheckedMessage, checkMessage } from '#lib/entry/check-message.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { changeOutcome, refusalOutcome } from '#lib/schedules/requests/change-outcome.ts';
import type { ChangeAction } from '#lib/schedules/requests/parse-change.ts';
import type { MessageTool } from '#lib/tools/tool.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { faultOfValue, fitting } from '#test/lib/tools/schemas.ts';
import { aMessage, type MessageOverrides } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { capturingLog } from '#test/support/log.ts';
import { aSchedule, SOME_ID } from '#test/support/schedules.ts';

const registry = toolRegistry([]);
const tool = (name: string): MessageTool => {
  const found = registry.find(name);
  if (found?.kind !== 'message') throw new Error(`${name} creates no message`);
  return found;
};

/** What an entry point does with a call before it creates the message. */
const check = (name: string, given: unknown): Promise<CheckedMessage> =>
  checkMessage(
    tool(name).draftOf(given),
    { actionParameters: undefined, log: capturingLog() },
    {
      clock: virtualClock(),
      findEndpoint: async () => undefined,
      schedules: { findAny: async () => undefined, findByName: async () => [] },
    },
  );

/** The problems of a call, with paths in its input. */
const problemsOf = async (name: string, given: unknown): Promise<string[]> => {
  try {
    await check(name, given);
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'VALIDATION_ERROR') throw error;
    return error.details
      .map(({ path, problem }) => `${tool(name).pathOf(path)}: ${problem}`)
      .sort();
  }
};

const NEW = {
  name: 'tea',
  schedule_expression: 'cron(0 16 * * ? *)',
  target_type: 'scheduled',
  target: { message_type: 'manual', payload: { message: 'Tea time' } },
};
const WHOLE = {
  ...NEW,
  timezone: 'Europe/Berlin',
  overlap: 'allow',
  catch_up: 'none',
  valid_for_seconds: 600,
  expect: { grace_seconds: 60, max_run_seconds: 120 },
};

describe('create_schedule', () => {
  it('asks for a schedule with its defaults, and for a run now', async () => {
    expect(faultOfValue(tool('create_schedule').input, { ...NEW, run_now: true })).toBe('');

    const { draft, change } = await check('create_schedule', { ...NEW, run_now: true });

    expect(draft).toMatchObject({ message_type: 'schedule_creation', payload: NEW.target });
    expect(change).toMatchObject({
      action: 'create',
      runNow: true,
      draft: { ...NEW, timezone: 'UTC', overlap: 'skip', catch_up: 'latest' },
    });
  });

  it.each([
    { what: 'nothing', given: {}, paths: ['name', 'schedule_expression', 'target', 'target_type'] },
    {
      what: 'an expression that is none',
      given: { ...NEW, schedule_expression: 'daily' },
      paths: ['schedule_expression'],
    },
    { what: 'a zone that is none', given: { ...NEW, timezone: 'Mars/Base' }, paths: ['timezone'] },
    { what: 'a property that is not known', given: { ...NEW, enabled: true }, paths: ['enabled'] },
    {
      what: 'a property of the system',
      given: { ...NEW, created_by: 'user:eve' },
      paths: ['created_by'],
    },
    { what: 'another action', given: { ...NEW, action: 'delete' }, paths: ['action'] },
    {
      what: 'a message that is not valid',
      given: { ...NEW, target: { message_type: 'manual', payload: { text: 'x' } } },
      paths: ['target.payload.message', 'target.payload.text'],
    },
    {
      what: 'a type that does not fit',
      given: { ...NEW, target_type: 'notification' },
      paths: ['target.message_type'],
    },
    {
      what: 'a limit that is too large',
      given: { ...NEW, expect: { grace_seconds: 1 } },
      paths: ['expect.grace_seconds'],
    },
    {
      what: 'an end in the past',
      given: { ...NEW, end_date: '2020-01-01T00:00:00Z' },
      paths: ['end_date'],
    },
    {
      what: 'a web action that does not exist',
      given: {
        ...NEW,
        target_type: 'web_action',
        target: { message_type: 'web_action', payload: { action: 'moon' } },
      },
      paths: ['target.payload.action'],
    },
    {
      what: 'a web action with a wrong input',
      given: {
        ...NEW,
        target_type: 'web_action',
        target: { message_type: 'web_action', payload: { action: 'weather', days: 99 } },
      },
      paths: ['target.payload.days'],
    },
  ])('refuses $what with its paths', async ({ given, paths }) => {
    const problems = await problemsOf('create_schedule', given);

    expect(problems.map((one) => one.split(':')[0])).toEqual(paths);
  });
});

describe('update_schedule', () => {
  it('replaces a schedule that it names by its id or its name', async () => {
    expect((await check('update_schedule', WHOLE)).change).toMatchObject({
      action: 'update',
      which: { name: 'tea' },
      draft: WHOLE,
    });
    expect(
      (await check('update_schedule', { ...WHOLE, schedule_id: SOME_ID })).change,
    ).toMatchObject({ which: { id: SOME_ID } });
  });

  it.each(['timezone', 'overlap', 'catch_up', 'valid_for_seconds', 'expect'] as const)(
    'requires %s, because a default would change it silently',
    async (name) => {
      const { [name]: _forgotten, ...given } = WHOLE;

      expect(await problemsOf('update_schedule', given)).toEqual([
        expect.stringMatching(new RegExp(`^${name}: (is required|must be )`)),
      ]);
    },
  );
});

describe.each([
  { name: 'pause_schedule', action: 'pause' },
  { name: 'resume_schedule', action: 'resume' },
  { name: 'delete_schedule', action: 'delete' },
  { name: 'run_schedule', action: 'execute' },
])('$name', ({ name, action }) => {
  it('names a schedule by its id or its name', async () => {
    const { draft, change } = await check(name, { schedule_id: SOME_ID, reason: 'holiday' });

    expect(draft).toMatchObject({ payload: {}, arguments: { action, reason: 'holiday' } });
    expect(change).toMatchObject({ action, which: { id: SOME_ID } });
    expect((await check(name, { name: 'tea' })).change).toMatchObject({ which: { name: 'tea' } });
  });

  it.each([
    { given: {}, path: 'schedule_id' },
    { given: { schedule_id: SOME_ID, name: 'tea' }, path: 'name' },
    { given: { schedule_id: 'tea' }, path: 'schedule_id' },
    { given: { name: 'tea', action: 'create' }, path: 'action' },
    { given: { name: 'tea', target: { message_type: 'manual', payload: {} } }, path: 'target' },
  ])('refuses $path of $given', async ({ given, path }) => {
    expect((await problemsOf(name, given)).map((one) => one.split(':')[0])).toEqual([path]);
  });
});

describe('pause_schedule', () => {
  it('takes an end, which must be in the future', async () => {
    const given = { name: 'tea', until: '2026-04-01T09:00:00+02:00' };

    expect((await check('pause_schedule', given)).change).toMatchObject({
      until: '2026-04-01T07:00:00.000Z',
    });
    expect(await problemsOf('pause_schedule', { ...given, until: '2020-01-01T00:00:00Z' })).toEqual(
      ['until: is in the past'],
    );
  });
});

describe('the answer of a change', () => {
  const answerOf = (fields: MessageOverrides) => {
    const message: Message = aMessage({ message_type: 'schedule_creation', ...fields });
    const { answerOf: answer } = tool('create_schedule');
    return { message, answer: fitting(tool('create_schedule'), answer(message)) };
  };
  const resultOf = (action: ChangeAction, fields: Parameters<typeof aSchedule>[0] = {}) => {
    const nowMs = virtualClock().now();
    const { result } = changeOutcome(action, aSchedule(fields), { runsNow: false, nowMs }) as {
      result: Record<string, unknown>;
    };
    return result;
  };

  it.each([
    { action: 'create', past: 'created' },
    { action: 'update', past: 'updated' },
    { action: 'pause', past: 'paused', fields: { status: 'paused' } },
    { action: 'resume', past: 'resumed' },
    { action: 'delete', past: 'deleted', fields: { status: 'deleted' } },
  ] as const)('says that the schedule is $past, with its status and next fire', (one) => {
    const { action, past, fields = {} } = { fields: {}, ...one };
    const schedule = aSchedule(fields);

    const { answer } = answerOf({
      status: 'completed',
      arguments: { action },
      result: resultOf(action, fields),
    });

    const next = schedule.status === 'active' ? '2026-03-01T12:00:00.000Z' : undefined;
    expect(answer.isError).toBeUndefined();
    expect(answer.text).toBe(
      `Schedule daily-hello (${schedule.id}): ${past}, it is ${schedule.status} now. ${
        next === undefined ? 'It has no next fire.' : `The next fire is at ${next} (UTC).`
      }`,
    );
    expect(answer.data).toMatchObject({
      status: 'completed',
      data: {
        schedule_id: schedule.id,
        name: 'daily-hello',
        status: schedule.status,
        ...(next === undefined ? {} : { next_fire_at: next }),
      },
    });
  });

  it.each([{ action: 'execute' }, { action: 'create', run_now: true }])(
    'says where the result is, if the message of the schedule runs now: $action',
    (args) => {
      const { message, answer } = answerOf({
        status: 'completed',
        arguments: args,
        result: resultOf(args.action as ChangeAction),
      });

      expect(answer.text).toContain(`get_run with message_id ${message.id}`);
    },
  );

  it('is a failure with the reason and each problem, if the change was refused', () => {
    const args = { action: 'create', name: 'tea' };
    const error = new AppError('invalid', 'VALIDATION_ERROR', 'the message is not valid', {
      details: [
        { path: 'arguments.timezone', problem: 'is no time zone' },
        { path: 'payload.payload.message', problem: 'is required' },
        { path: '', problem: 'is strange' },
      ],
    });
    const { result } = refusalOutcome({ created_by: 'mcp', arguments: args }, error) as {
      result: Record<string, unknown>;
    };

    const { message, answer } = answerOf({ status: 'completed', arguments: args, result });

    const reason =
      'The message is not valid: timezone is no time zone; target.payload.message is required; is strange.';
    expect(answer).toEqual({
      text: `${reason} Correct the input and call the tool again.`,
      data: {
        message_id: message.id,
        status: 'failed',
        error_code: 'VALIDATION_ERROR',
        error_message: reason,
      },
      isError: true,
    });
  });

  it.each([
    { code: 'NAME_TAKEN', advice: 'list_schedules shows the names that are taken.' },
    { code: 'SCHEDULE_NOT_FOUND', advice: 'list_schedules shows the schedules that exist.' },
    { code: 'TOO_MANY_SCHEDULES', advice: /pause or delete first\.$/ },
  ] as const)('says what to do after $code', ({ code, advice }) => {
    const { result } = refusalOutcome(
      { created_by: 'mcp' },
      new AppError('conflict', code, 'no'),
    ) as { result: Record<string, unknown> };

    const { answer } = answerOf({ status: 'completed', result });

    expect(answer.text).toMatch(advice);
  });

  it('is open or failed like that of every message', () => {
    expect(answerOf({ status: 'queued' }).answer.data).toMatchObject({ status: 'open' });
    expect(
      answerOf({ status: 'failed', error_code: 'EXPIRED', error_message: 'not done' }).answer,
    ).toMatchObject({ isError: true, text: expect.stringMatching(/^Not done\. Ask the person/) });
  });
});
