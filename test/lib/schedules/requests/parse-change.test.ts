import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { AppError } from '#lib/platform/errors.ts';
import {
  actionOf,
  ChangeArguments,
  parseChange,
  updatedReference,
} from '#lib/schedules/requests/parse-change.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const ID = 'sched_20260301120000_ABCDEFGH';
const TARGET = { message_type: 'manual', payload: 'Tea time' };
const TEA = { name: 'tea', schedule_expression: 'cron(0 16 * * ? *)', target_type: 'scheduled' };

const parse = (args: Record<string, unknown> | undefined, payload: Record<string, unknown> = {}) =>
  parseChange(
    { payload, ...(args === undefined ? {} : { arguments: args }) },
    { stage: 'dev', nowMs: NOW_MS },
  );
const problemsOf = (...input: Parameters<typeof parse>) => {
  try {
    parse(...input);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.details.map(({ path, problem }) => `${path} ${problem}`);
  }
};

describe('parseChange', () => {
  it('reads a whole schedule with its target from the payload and the defaults of the API', () => {
    expect(parse({ ...TEA, action: 'create' }, TARGET)).toMatchObject({
      action: 'create',
      runNow: false,
      draft: {
        ...TEA,
        timezone: 'UTC',
        overlap: 'skip',
        target: { message_type: 'manual', payload: { message: 'Tea time' } },
      },
    });
  });

  it.each([
    { args: { ...TEA, action: 'update' }, which: { name: 'tea' } },
    { args: { ...TEA, action: 'update', schedule_id: ID, run_now: true }, which: { id: ID } },
  ])(
    'updates the schedule of the id, or without an id that of the name: $which',
    ({ args, which }) => {
      expect(parse(args, TARGET)).toMatchObject({
        action: 'update',
        which,
        draft: { name: 'tea' },
      });
    },
  );

  it.each(['delete', 'resume', 'execute'])('%s needs only a schedule', (action) => {
    expect(parse({ action, name: 'tea' })).toEqual({ action, which: { name: 'tea' } });
    expect(parse({ action, schedule_id: ID, reason: 'so' })).toEqual({ action, which: { id: ID } });
  });

  it('reads the reason and the end of a pause, in UTC', () => {
    const until = '2026-03-02T13:00:00+01:00';

    expect(parse({ action: 'pause', name: 'tea', reason: 'so', until })).toEqual({
      action: 'pause',
      which: { name: 'tea' },
      reason: 'so',
      until: '2026-03-02T12:00:00.000Z',
    });
  });

  it.each([
    { what: 'no arguments', args: undefined, problem: 'arguments.action is required' },
    {
      what: 'an action that is none',
      args: { action: 'constructor' },
      problem: 'arguments.action must be create, update, delete, pause, resume or execute',
    },
    {
      what: 'no target',
      args: { ...TEA, action: 'create' },
      problem: 'payload.message_type is required',
    },
    {
      what: 'a target of another kind',
      args: { ...TEA, action: 'create', target_type: 'notification' },
      payload: TARGET,
      problem: 'payload.message_type must be notify for target_type notification',
    },
    {
      what: 'a target that does not fit its type',
      args: { ...TEA, action: 'create' },
      payload: { ...TARGET, payload: { message: '' } },
      problem: 'payload.payload.message must not be empty',
    },
    {
      what: 'a target whose tag has a comma',
      args: { ...TEA, action: 'update' },
      payload: { ...TARGET, payload: { message: 'Tea', tags: ['a,b'] } },
      problem: 'payload.payload.tags.0 must not contain a comma: each tag is an element of its own',
    },
    {
      what: 'an expression that is none',
      args: { ...TEA, action: 'create', schedule_expression: 'cron(0 25 * * ? *)' },
      payload: TARGET,
      problem: expect.stringMatching(/^arguments\.schedule_expression\.hour /),
    },
    {
      what: 'what only the system sets',
      args: { ...TEA, action: 'create', status: 'active' },
      payload: TARGET,
      problem: 'arguments.status is set by the system',
    },
    {
      what: 'an id for what does not exist yet',
      args: { ...TEA, action: 'create', schedule_id: ID },
      payload: TARGET,
      problem: 'arguments.schedule_id is not a known property',
    },
    {
      what: 'run_now as a text',
      args: { ...TEA, action: 'update', run_now: 'yes' },
      payload: TARGET,
      problem: 'arguments.run_now must be true or false',
    },
    {
      what: 'a target of its own',
      args: { ...TEA, action: 'create', target: { Arn: 'arn:aws:sqs:eu-west-1:1:q' } },
      payload: TARGET,
      problem: "arguments.target is the message's payload here",
    },
    {
      what: 'no schedule',
      args: { action: 'delete' },
      problem: expect.stringMatching(/^arguments\.schedule_id is required unless name/),
    },
    {
      what: 'two schedules',
      args: { action: 'delete', schedule_id: ID, name: 'tea' },
      problem: 'arguments.name must not be given together with schedule_id',
    },
    {
      what: 'an id that is none',
      args: { action: 'delete', schedule_id: '../x' },
      problem: 'arguments.schedule_id must be the id of a schedule',
    },
    {
      what: 'a pause until yesterday',
      args: { action: 'pause', name: 'tea', until: '2026-02-28T12:00:00Z' },
      problem: 'arguments.until is in the past',
    },
    {
      what: 'a pause until a year of five digits, which sorts before today',
      args: { action: 'pause', name: 'tea', until: '9999-12-31T23:59:59-01:00' },
      problem: 'arguments.until must be an ISO 8601 instant: its year in UTC must be 0000 to 9999',
    },
    {
      what: 'an end without a pause',
      args: { action: 'resume', name: 'tea', until: '2026-03-02T12:00:00Z' },
      problem: 'arguments.until is not a known property',
    },
    {
      what: 'a target for an action that describes no schedule',
      args: { action: 'delete', name: 'tea' },
      payload: TARGET,
      problem: 'payload must be empty: delete describes no schedule',
    },
  ])('refuses $what with its path', ({ args, payload, problem }) => {
    expect(problemsOf(args, payload)).toContainEqual(problem);
  });

  it('reads an update with no schedule of that name or id as far as it names one', () => {
    const reference = (args: Record<string, unknown> | undefined) =>
      updatedReference({ payload: {}, ...(args === undefined ? {} : { arguments: args }) });

    expect(reference({ action: 'update', name: 'tea' })).toEqual({ name: 'tea' });
    expect(reference({ action: 'update', name: 'tea', schedule_id: ID })).toEqual({ id: ID });
    expect(reference({ action: 'update', name: 'tea', schedule_id: '../x' })).toBeUndefined();
    expect(reference({ action: 'update', schedule_id: 7 })).toBeUndefined();
    expect(reference({ action: 'update', name: '' })).toBeUndefined();
    expect(reference({ action: 'create', name: 'tea' })).toBeUndefined();
    expect(reference(undefined)).toBeUndefined();
    expect(actionOf({ payload: {} })).toBeUndefined();
  });

  it.each([
    { args: { action: 'delete', name: 'tea', reason: 'so' }, which: { name: 'tea' } },
    { args: { action: 'execute', schedule_id: ID, reason: 'so' }, which: { id: ID } },
  ])('accepts a reason for every change of one schedule: $args.action', ({ args, which }) => {
    expect(parse(args)).toEqual({ action: args.action, which });
  });

  it.each(['create', 'update'])('sends the message at once if %s says so', (action) => {
    const runNow = (run_now?: boolean) =>
      parse({ ...TEA, action, ...(run_now === undefined ? {} : { run_now }) }, TARGET);

    expect(runNow()).toMatchObject({ runNow: false });
    expect(runNow(false)).toMatchObject({ runNow: false });
    expect(runNow(true)).toMatchObject({ runNow: true });
  });

  it('has one shape of arguments for the contract, with those of all actions', () => {
    const all = {
      ...{ ...TEA, action: 'pause', schedule_id: ID, description: 'x', timezone: 'UTC' },
      ...{ run_now: true, reason: 'so', until: '2026-03-02T12:00:00.000Z' },
    };

    expect(z.safeParse(ChangeArguments, all)).toMatchObject({ success: true, data: all });
    expect(z.safeParse(ChangeArguments, { action: 'pause' }).success).toBe(true);
    expect(z.safeParse(ChangeArguments, { ...all, action: 'stop' }).success).toBe(false);
    expect(z.safeParse(ChangeArguments, { ...all, target: {} }).success).toBe(false);
    expect(z.safeParse(ChangeArguments, {}).success).toBe(false);
  });

  it('names every problem at once', () => {
    expect(
      problemsOf(
        { ...TEA, action: 'update', run_now: 1, timezone: 'Mars', schedule_expression: 'never' },
        { ...TARGET, payload: {} },
      ).map((text) => text.split(' ')[0]),
    ).toEqual([
      'arguments.run_now',
      'arguments.schedule_expression',
      'arguments.timezone',
      'payload.payload.message',
    ]);
  });
});
