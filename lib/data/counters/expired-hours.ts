import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { lostUnless, unlessStoreFails } from '#lib/data/write.ts';
import type { MessageType } from '#lib/messages/message.ts';
import { DAY_MS, HOUR_MS, hourStart } from '#lib/platform/clock.ts';
import { CountersTable, HourEntity, keyOf } from './hour-entity.ts';

/** How many messages of each type expired in one hour. */
export interface ExpiredHour {
  /** When the hour began. Milliseconds since the Unix epoch. */
  startMs: number;
  counts: Partial<Record<MessageType, number>>;
}

/**
 * The hours of the last 24 that closed `settleMs` ago or earlier, in which something expired that nobody has reported.
 * What is read is paid by the size of the rows, whatever is picked of them: no other hour is asked for.
 */
export const findExpiredHours = async (nowMs: number, settleMs: number): Promise<ExpiredHour[]> => {
  const first = keyOf(hourStart(nowMs - DAY_MS - 1));
  const last = keyOf(hourStart(nowMs - HOUR_MS - settleMs));
  const parts =
    first.day === last.day
      ? [{ partition: first.day, range: { between: [first.hour, last.hour] as [string, string] } }]
      : [
          { partition: first.day, range: { gte: first.hour } },
          { partition: last.day, range: { lte: last.hour } },
        ];
  const hours: ExpiredHour[] = [];
  for (const part of parts) {
    const { Items } = await unlessStoreFails(CountersTable.build(QueryCommand).query(part).send());
    for (const { day, hour, expired_reported, ...rest } of (Items ?? []) as HourRow[]) {
      const startMs = Date.parse(`${day}T${hour}:00:00.000Z`);
      const counts = expiredIn(rest);
      if (expired_reported !== true && Object.keys(counts).length > 0) {
        hours.push({ startMs, counts });
      }
    }
  }
  return hours;
};

/** Remember that an hour's summary has been put. */
export const markExpiredReported = async (startMs: number): Promise<void> => {
  await unlessStoreFails(
    HourEntity.build(UpdateAttributesCommand)
      .item({ ...keyOf(startMs), expired_reported: true })
      .options({ condition: { attr: 'ttl', exists: true } })
      .send()
      .catch(lostUnless(() => false)),
  );
};

interface HourRow extends Record<string, unknown> {
  day: string;
  hour: string;
  expired_reported?: boolean;
}

const expiredIn = (row: Record<string, unknown>): ExpiredHour['counts'] =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name.startsWith('expired_'))
      .map(([name, count]) => [name.slice('expired_'.length), count]),
  );
