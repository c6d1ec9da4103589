import { describe, expect, it, vi } from 'vitest';
import { fireSchedule } from '#handlers/scheduler/fire-schedule.ts';
import type { FireResult } from '#lib/schedules/fires/fire.ts';
import { DAILY_HELLO } from '#lib/schedules/schedule.ts';
import { capturingLog } from '#test/support/log.ts';
import { aSchedule } from '#test/support/schedules.ts';

// The module reads the variable when it is loaded.
vi.hoisted(() => vi.stubEnv('DETAILED_METRICS', 'on'));

const NOON_MS = Date.parse('2026-03-01T12:00:00.000Z');

const fire = async (outcome: FireResult['outcome']) => {
  const log = capturingLog();
  const body = { kind: 'fire', schedule_id: DAILY_HELLO, scheduled_time: '2026-03-01T12:00:30Z' };
  await fireSchedule(
    { body: JSON.stringify(body), sentMs: NOON_MS + 16_000 },
    {
      nowMs: NOON_MS + 17_250,
      log,
      findSchedule: async () => aSchedule(),
      fire: async () => ({ id: 'msg_1', outcome }),
    },
  );
  return log.lines.at(-1)?.fields;
};

describe('the log line of a fire', () => {
  it.each(['fired', 'waiting'] as const)(
    'that is %s has the metrics of its message and of the time since its scheduled minute',
    async (outcome) => {
      expect(await fire(outcome)).toMatchObject({ MessagesCreated: 1, ScheduleDrift: 17_250 });
    },
  );

  it.each(['skipped', 'duplicate'] as const)('has no metrics when it is %s', async (outcome) => {
    const fields = await fire(outcome);

    expect(fields).not.toHaveProperty('MessagesCreated');
    expect(fields).not.toHaveProperty('ScheduleDrift');
  });
});
