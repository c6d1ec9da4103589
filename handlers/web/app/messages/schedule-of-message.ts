import type { ApiMessage, ApiSchedule } from '#handlers/web/app/api/responses.ts';

/** Crockford's base32, as in the ids of the platform. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TAIL_CHARS = 16;
const BITS_PER_CHAR = 5;

type KnownSchedule = Pick<ApiSchedule, 'id' | 'name' | 'last_run'>;

/**
 * The schedule that created a message. A message does not name it, but the id of a fire is derived from the schedule and the
 * time, as in `lib/schedules/fires/fire-message.ts`. The last run covers a run that a person started.
 */
export const scheduleOfMessage = async <Schedule extends KnownSchedule>(
  { id }: Pick<ApiMessage, 'id'>,
  schedules: readonly Schedule[],
): Promise<Schedule | undefined> => {
  const last = schedules.find(({ last_run }) => last_run?.message_id === id);
  if (last !== undefined) return last;
  const ids = await Promise.all(schedules.map((schedule) => fireTail(schedule.id, timeOf(id))));
  return schedules[ids.indexOf(id.slice(-TAIL_CHARS))];
};

/** The end of the id of the message that a fire creates. */
const fireTail = async (scheduleId: string, minuteMs: number): Promise<string> => {
  const origin = JSON.stringify(['fire', scheduleId, minuteMs]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(origin));
  return base32(new Uint8Array(digest));
};

/** The first 80 bits. */
const base32 = (bytes: Uint8Array): string => {
  const bits = Array.from(bytes.slice(0, (TAIL_CHARS * BITS_PER_CHAR) / 8), (byte) =>
    byte.toString(2).padStart(8, '0'),
  ).join('');
  return Array.from(
    { length: TAIL_CHARS },
    (_, index) => ALPHABET[Number.parseInt(bits.slice(index * 5, index * 5 + 5), 2)],
  ).join('');
};

/** The time in an id, `msg_yyyymmddHHMMSS_…`. Milliseconds since the Unix epoch. */
const timeOf = (id: string): number =>
  Date.parse(
    id.replace(/^msg_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)_.*$/, '$1-$2-$3T$4:$5:$6.000Z'),
  );
