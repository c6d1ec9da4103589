import { marshall } from '@aws-sdk/util-dynamodb';
import { serverOf } from '#lib/channels/ntfy-config.ts';
import type { StoredBreaker } from '#lib/http/breaker/breaker-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { type CheckedDraft, newMessage } from '#lib/messages/new-message.ts';
import { newSchedule } from '#lib/schedules/row-changes.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

const FAR = '2049-01-01T00:00:00.000Z';
const NOON = '2026-03-01T12:00:00.000Z';
const NOON_MS = Date.parse(NOON);

/** The primary key of a row: of a message or schedule (`id`), of an hour (`day`), or of a breaker (neither). */
export interface Key {
  id?: { S: string };
  day?: { S: string };
}

/** The closed breaker of ntfy. It knows that the server echoes sequence ids. */
export const breakerOf = (origin: string) => {
  const breaker: StoredBreaker & { write_id: string; ttl: number } = {
    state: 'closed',
    failures: 0,
    trial: 0,
    successes: 0,
    version: 1,
    write_id: 'bench',
    ttl: 4_000_000_000,
    echoes_sequence: true,
    echo_server: serverOf(origin),
  };
  return marshall({ service_name: 'ntfy', ...breaker });
};

/** The row of a key: a schedule or a message. */
export const itemOf = ({ id = { S: '' } }: Key, status: Message['status'] = 'queued') =>
  marshall(id.S.startsWith('sched_') ? scheduleOf(id.S) : messageOf(id.S, status));

/** A schedule as the one that a deployment creates. */
const scheduleOf = (id: string): Schedule =>
  newSchedule(
    {
      name: 'daily-hello',
      schedule_expression: 'cron(0 12 * * ? *)',
      timezone: 'UTC',
      target_type: 'scheduled',
      target: { message_type: 'hello_world', payload: {} },
      overlap: 'allow',
      catch_up: 'latest',
      valid_for_seconds: 3_600,
      expect: { grace_seconds: 300, max_run_seconds: 900 },
    },
    { id, createdBy: 'terraform', nowMs: NOON_MS },
  );

/** The type and the payload of a message depend on the day in its id: see `events.ts`. */
const contentOf = (id: string): Pick<CheckedDraft, 'message_type' | 'payload'> => {
  if (id.startsWith('msg_20260304')) {
    const url = 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast';
    return { message_type: 'web_action', payload: { action: 'weather', url, days: 1 } };
  }
  const message_type = id.startsWith('msg_20260302') ? 'notify' : 'manual';
  return { message_type, payload: { message: 'Water the plants' } };
};

const messageOf = (id: string, status: Message['status']): Message => ({
  ...newMessage(
    {
      ...contentOf(id),
      valid_until: FAR,
    },
    { id, created_by: 'user:local', correlation_id: 'bench' },
    { stage: 'dev', nowMs: NOON_MS },
  ),
  status,
  next_due_at: FAR,
  ...(status === 'processing'
    ? {
        attempt: 1,
        strikes: 1,
        claimed_by: 'bench/record',
        lease_until: FAR,
        processing_started_at: NOON,
      }
    : {}),
});
