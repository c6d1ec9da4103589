import { expect, test } from 'vitest';
import { fireSummary, fireWords, type ListedFire } from '#handlers/web/app/schedules/fire-words.ts';
import { healthReason, targetWords } from '#handlers/web/app/schedules/schedule-words.ts';
import { aShownSchedule } from './a-shown-schedule.ts';

const FIRED = {
  scheduled_time: '2026-03-02T15:00:00.000Z',
  outcome: 'fired',
  late: false,
} as const;
const DONE: ListedFire = { ...FIRED, status: 'completed', message_id: 'msg_1' };

test.each<[Partial<ListedFire>, string]>([
  [{}, 'completed'],
  [{ status: 'failed', late: true }, 'failed, late'],
  [{ outcome: 'missed' }, 'missed'],
  [{ outcome: 'skipped' }, 'skipped'],
])('marks a fire in words: %j', (fields, text) => {
  expect(fireWords({ ...DONE, ...fields }).text).toBe(text);
});

test('says why a fire has no message', () => {
  expect(fireWords({ ...FIRED, outcome: 'missed' }).reason).toBe('the fire did not arrive');
  expect(fireWords(DONE).reason).toBeUndefined();
});

test('sums up fires in one sentence', () => {
  const fires: ListedFire[] = [DONE, { ...DONE, late: true }, { ...FIRED, outcome: 'missed' }];

  expect(fireSummary(fires)).toBe('3 fires: 2 completed, 1 missed; 1 late');
  expect(fireSummary([DONE])).toBe('1 fire: 1 completed');
});

test('says why a schedule is not well, and nothing about one that is', () => {
  const rejected = aShownSchedule({ status: 'error', health: 'down', error_message: 'no zone' });

  expect(healthReason(rejected)).toBe('EventBridge Scheduler rejects it: no zone');
  expect(healthReason(aShownSchedule({ health: 'down', problem: 'hung' }))).toBe(
    'A run takes too long.',
  );
  expect(healthReason(aShownSchedule())).toBeUndefined();
});

test('names the operation that a schedule runs', () => {
  const target = {
    message_type: 'web_action',
    payload: { action: 'weather' },
    arguments: { operation: 'get_forecast' },
  } as const;

  expect(targetWords({ target })).toBe('web_action weather.get_forecast');
  expect(targetWords(aShownSchedule())).toBe('manual');
});
