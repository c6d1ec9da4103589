import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';
import { changeOutcome, refusalOutcome } from '#lib/schedules/requests/change-outcome.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aMessage } from '#test/support/builders.ts';
import { aSchedule } from '#test/support/schedules.ts';

const NOW_MS = Date.parse('2026-03-02T13:00:00.000Z');
const later = { runsNow: false, nowMs: NOW_MS };
const tea = (fields: Partial<Schedule> = {}) => aSchedule({ name: 'tea', ...fields });
const pushOf = (title: string, message: string, tag = 'calendar') => ({
  purpose: 'push',
  message_type: 'notify',
  payload: { title, message, tags: [tag] },
});

describe('the outcome of a change', () => {
  it.each([
    { action: 'create', past: 'created' },
    { action: 'update', past: 'updated' },
    { action: 'delete', past: 'deleted' },
    { action: 'pause', past: 'paused' },
    { action: 'resume', past: 'resumed' },
    { action: 'execute', past: 'executed' },
  ] as const)('says that the schedule is $past, and when it fires next', ({ action, past }) => {
    const row = tea({ timezone: 'Asia/Tokyo', revision: 4 });

    expect(changeOutcome(action, row, later)).toEqual({
      result: {
        action,
        outcome: past,
        schedule_id: row.id,
        name: 'tea',
        status: 'active',
        revision: 4,
        next_fire_at: '2026-03-03T03:00:00.000Z',
      },
      children: [pushOf(`Schedule tea ${past}`, 'Next fire: 2026-03-03 12:00 (Asia/Tokyo).')],
    });
  });

  it.each<{ fields: Partial<Schedule>; line: string }>([
    { fields: { status: 'completed' }, line: 'It will not fire again.' },
    { fields: { status: 'deleted' }, line: 'It will not fire again.' },
    { fields: { status: 'paused' }, line: 'It is paused.' },
    {
      fields: { status: 'paused', paused_until: '2026-03-05T12:30:00.000Z' },
      line: 'It is paused until 2026-03-05 12:30 (UTC).',
    },
  ])('says of $fields: $line', ({ fields, line }) => {
    const outcome = changeOutcome('update', tea(fields), later);

    expect(outcome.children).toEqual([pushOf('Schedule tea updated', line)]);
    expect(outcome).not.toHaveProperty('result.next_fire_at');
  });

  it('has the message of the schedule if it runs now', () => {
    const now = { runsNow: true, nowMs: NOW_MS };
    const target: Schedule['target'] = { message_type: 'manual', payload: { message: 'Tea' } };
    const push = pushOf(
      'Schedule tea executed',
      'It runs now.\nNext fire: 2026-03-03 12:00 (UTC).',
    );

    expect(changeOutcome('execute', tea({ target }), now).children).toEqual([
      { purpose: 'run', message_type: 'manual', payload: { message: 'Tea' } },
      push,
    ]);
    const withArguments = tea({ target: { ...target, arguments: { operation: 'x' } } });
    expect(changeOutcome('execute', withArguments, now).children?.[0]).toHaveProperty('arguments', {
      operation: 'x',
    });
  });
});

describe('the outcome of a refused change', () => {
  const refused = (args?: Record<string, unknown>, details: AppError['details'] = []) =>
    refusalOutcome(
      { created_by: 'user:ada', ...(args === undefined ? {} : { arguments: args }) },
      new AppError('conflict', 'NAME_TAKEN', 'it is taken', { details }),
    );
  it('has the code, the reason, and each problem with its path', () => {
    const problems = [{ path: 'arguments.name', problem: 'is taken' }];

    expect(refused({ action: 'create', name: 'tea' }, problems)).toEqual({
      result: {
        action: 'create',
        outcome: 'refused',
        code: 'NAME_TAKEN',
        reason: 'it is taken',
        problems,
      },
      children: [
        pushOf(
          'Schedule tea not created',
          'it is taken (NAME_TAKEN)\narguments.name: is taken',
          'warning',
        ),
      ],
    });
  });

  it('has no action and no problems if there are none', () => {
    expect(refused()).toEqual({
      result: { outcome: 'refused', code: 'NAME_TAKEN', reason: 'it is taken' },
      children: [pushOf('No schedule changed', 'it is taken (NAME_TAKEN)', 'warning')],
    });
  });

  it.each([
    [{ action: 'pause', name: 'tea' }, 'Schedule tea not paused'],
    [{ action: 'resume', schedule_id: 'sched_1' }, 'Schedule sched_1 not resumed'],
    [{ action: 'delete', name: 'tea', schedule_id: 'sched_1' }, 'Schedule tea not deleted'],
    [{ action: 'create' }, 'No schedule created'],
    [{ action: 'stop', name: 'tea' }, 'Schedule tea not changed'],
    [{ action: 'constructor', name: 7 }, 'No schedule changed'],
    [{ action: 7, name: null, schedule_id: 'sched_1' }, 'Schedule sched_1 not changed'],
    [{ name: 'tea' }, 'Schedule tea not changed'],
  ])('is called by what the message said: %j', (args, title) => {
    expect(refused(args).children).toEqual([pushOf(title, 'it is taken (NAME_TAKEN)', 'warning')]);
  });

  it.each(['mcp', 'agent'])(
    'is no push for %s, which gets the reason as its answer',
    (assistant) => {
      const error = new AppError('conflict', 'NAME_TAKEN', 'it is taken');

      const outcome = refusalOutcome({ created_by: assistant, arguments: { name: 'tea' } }, error);

      expect(outcome).toMatchObject({ result: { reason: 'it is taken' }, children: [] });
    },
  );

  it('has eight problems at most', () => {
    const problems = Array.from({ length: 9 }, (_, n) => ({ path: `p${n}`, problem: 'x' }));

    expect(refused({}, problems)).toHaveProperty('result.problems', problems.slice(0, 8));
  });

  it('marks a reason, a path and a problem that it shortens', () => {
    const long = 'a'.repeat(500);
    const error = new AppError('invalid', 'VALIDATION_ERROR', long, {
      details: [{ path: long, problem: long }],
    });

    const outcome = refusalOutcome(aMessage({ message_type: 'schedule_creation' }), error);

    const text = JSON.stringify(outcome);
    expect(text).not.toContain('a'.repeat(201));
    expect(text.match(/a+…/g)?.length).toBeGreaterThanOrEqual(3);
    const cut = (length: number) => `${'a'.repeat(length - 1)}…`;
    expect(outcome).toMatchObject({
      result: { reason: cut(200), problems: [{ path: cut(100), problem: cut(200) }] },
    });
  });
});
