import { envelopeOf } from '#lib/messages/envelope.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { httpEvent, sqsEvent } from '#test/support/events.ts';
import { AUTHORIZATION } from './callers.ts';

const START = '2026-03-01T12:00:00.000Z';
let serial = 0;

/** The day in the id of a message, from which the stand-in knows its type. */
const DAYS = { manual: '01', notify: '02', web_action: '04' } as const;

const messageId = (day: string): string => {
  serial += 1;
  return `msg_202603${day}120000_${String(serial).padStart(16, '0')}`;
};

const wakeUp = (message_type: keyof typeof DAYS) =>
  envelopeOf(
    {
      id: messageId(DAYS[message_type]),
      message_type,
      stage: 'dev',
      created_by: 'user:local',
      created_date: START,
      correlation_id: 'bench',
    },
    { eventId: 'bench', timestamp: START, source: 'bench', region: 'us-east-1' },
  );

/** A fire of the third of March, for which the stand-in has no message yet. */
const fire = () => {
  serial += 1;
  return {
    kind: 'fire',
    schedule_id: 'sched_20260101000000_DAYHE110',
    revision: 1,
    scheduled_time: iso(Date.parse('2026-03-03T00:00:00.000Z') + (serial % 1_440) * MINUTE_MS),
  };
};

/** The event of a function. `records` is the batch size of a worker. */
export const eventOf = (name: string, records = 1): unknown => {
  const many = <T>(one: () => T) => Array.from({ length: records }, one);
  switch (name) {
    case 'processor':
      return sqsEvent(many(() => wakeUp('manual')));
    case 'notification':
      return sqsEvent(many(() => wakeUp('notify')));
    case 'web-action':
      return sqsEvent([wakeUp('web_action')], { queue: 'web-actions' });
    case 'scheduler':
      return sqsEvent(many(fire), { queue: 'fires' });
    case 'web-api':
      return httpEvent({
        method: 'POST',
        path: '/api/messages',
        headers: {
          authorization: AUTHORIZATION,
          'x-correlation-id': 'bench',
          origin: 'https://dashboard.example.com',
        },
        body: { message_type: 'manual', payload: { message: 'Water the plants' } },
      });
    default:
      return {};
  }
};
