import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { localText, zoneOf } from '#lib/platform/zone.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/** Identifies the last change of health; `undefined` before the first one. */
export const healthChangeKey = ({ health, down_since }: Schedule): string | undefined =>
  health === 'new' || down_since === undefined ? undefined : `${health} ${down_since}`;

/** The push that reports a change of health. Its id is derived from the change, so a repeated put makes no second push. */
export const healthPush = (
  schedule: Schedule,
  { stage, nowMs }: { stage: Stage; nowMs: number },
): Message => {
  const { id, name, down_since = iso(nowMs), health } = schedule;
  const isDown = health === 'down';
  const messageId = derivedMessageId(
    Date.parse(down_since),
    'health',
    id,
    healthChangeKey(schedule) ?? '',
  );
  return newMessage(
    {
      message_type: 'notify',
      payload: {
        title: isDown ? `${name} is down` : `${name} works again`,
        message: isDown ? sentenceOf(schedule) : `It was down for ${downtimeOf(schedule, nowMs)}.`,
        priority: isDown ? 'high' : 'default',
        tags: [isDown ? 'warning' : 'white_check_mark'],
      },
    },
    { id: messageId, created_by: 'sweeper', correlation_id: messageId },
    { stage, nowMs },
  );
};

const sentenceOf = (schedule: Schedule): string => {
  const { problem, timezone, down_since = '', expect, consecutive_failures } = schedule;
  const sinceMs = Date.parse(down_since);
  const local = localText(sinceMs, zoneOf(timezone).offsetAt(sinceMs)).slice(0, 16);
  const when = `${local.replace('T', ' ')} (${timezone})`;
  switch (problem) {
    case 'hung':
      return `Its run of ${when} is not over after ${Math.round(expect.max_run_seconds / 60)} minutes.`;
    case 'failed':
      return `Its run of ${when} failed${consecutive_failures > 1 ? `, ${consecutive_failures} in a row` : ''}.`;
    default:
      return `It should have fired at ${when}, and did not.`;
  }
};

const downtimeOf = ({ down_since, up_since }: Schedule, nowMs: number): string => {
  const endMs = up_since === undefined ? nowMs : Date.parse(up_since);
  const minutes = Math.max(
    1,
    Math.round((endMs - Date.parse(down_since ?? iso(endMs))) / MINUTE_MS),
  );
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  return [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(days === 0 && minutes % 60 > 0 ? [`${minutes % 60} min`] : []),
  ].join(' ');
};
