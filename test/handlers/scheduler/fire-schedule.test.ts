import { describe, expect, it } from 'vitest';
import { fireSchedule } from '#handlers/scheduler/fire-schedule.ts';
import { iso, MINUTE_MS } from '#lib/clock.ts';
import type { Message } from '#lib/messages/message.ts';
import { capturingLog } from '#test/support/log.ts';

const DAILY_HELLO = 'sched_20260101000000_DAYHE110';
const NOON_MS = Date.parse('2026-03-01T12:00:00.000Z');

const setup = () => {
  const rows = new Map<string, Message>();
  const fire = (
    said: Record<string, unknown> | string,
    { nowMs = NOON_MS, sentMs = NOON_MS } = {},
  ) =>
    fireSchedule(
      { body: typeof said === 'string' ? said : JSON.stringify({ kind: 'fire', ...said }), sentMs },
      {
        stage: 'dev',
        nowMs,
        log: capturingLog(),
        produceOnce: async (message) => {
          if (rows.has(message.id)) return false;
          rows.set(message.id, message);
          return true;
        },
      },
    );
  return { fire, rows };
};

describe('fireSchedule', () => {
  it('makes a hello_world message that is worth doing for an hour after its time', async () => {
    const { fire } = setup();

    const { message, made } = await fire(
      { schedule_id: DAILY_HELLO, scheduled_time: '2026-03-01T12:00:00Z' },
      { nowMs: NOON_MS + 5_000 },
    );

    expect(made).toBe(true);
    expect(message).toMatchObject({
      message_type: 'hello_world',
      created_by: 'scheduler',
      created_date: iso(NOON_MS + 5_000),
      valid_until: iso(NOON_MS + 60 * MINUTE_MS),
      status: 'created',
    });
    expect(message.id).toMatch(/^msg_20260301120000_[0-9A-Z]{16}$/);
  });

  it.each([
    { says: 'the same fire', scheduled_time: '2026-03-01T12:00:00Z' },
    { says: 'other seconds of the same minute', scheduled_time: '2026-03-01T12:00:59.999Z' },
    { says: 'another way to write the instant', scheduled_time: '2026-03-01T13:00:00+01:00' },
    {
      says: 'a placeholder that nobody filled in',
      scheduled_time: '<aws.scheduler.scheduled-time>',
    },
    { says: 'a date that is none', scheduled_time: '2026-13-41T12:00:00Z' },
  ])(
    'makes one message of a fire and $says, whatever the clock says (F43)',
    async ({ scheduled_time }) => {
      const { fire, rows } = setup();

      await fire({ schedule_id: DAILY_HELLO, scheduled_time: '2026-03-01T12:00:00Z' });
      const again = await fire(
        { schedule_id: DAILY_HELLO, scheduled_time, revision: 7 },
        { nowMs: NOON_MS + 90_000, sentMs: NOON_MS + 17_000 },
      );

      expect(again.made).toBe(false);
      expect(rows.size).toBe(1);
    },
  );

  it('makes another message of the next minute', async () => {
    const { fire, rows } = setup();

    await fire({ schedule_id: DAILY_HELLO, scheduled_time: '2026-03-01T12:00:00Z' });
    await fire({ schedule_id: DAILY_HELLO, scheduled_time: '2026-03-01T12:01:00Z' });

    expect(rows.size).toBe(2);
  });

  it.each([
    { body: 'not JSON', code: 'UNREADABLE_FIRE' },
    { body: '{"kind":"other"}', code: 'UNREADABLE_FIRE' },
    { body: '{"kind":"fire","scheduled_time":"2026-03-01T12:00:00Z"}', code: 'UNREADABLE_FIRE' },
    {
      body: '{"kind":"fire","schedule_id":"sched_x","scheduled_time":"2026-03-01T12:00:00Z"}',
      code: 'SCHEDULE_NOT_FOUND',
    },
    {
      body: '{"kind":"fire","schedule_id":"constructor","scheduled_time":"2026-03-01T12:00:00Z"}',
      code: 'SCHEDULE_NOT_FOUND',
    },
  ])('refuses $body', async ({ body, code }) => {
    const { fire, rows } = setup();

    await expect(fire(body)).rejects.toMatchObject({ code });
    expect(rows.size).toBe(0);
  });
});
