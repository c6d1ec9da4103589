import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { MESSAGE_TYPES, type MessageType } from '#lib/messages/routes.ts';
import { DAY_MS, HOUR_MS, hourStart } from '#lib/platform/clock.ts';
import { CountersTable, HourEntity, keyOf, startMsOf } from './hour-entity.ts';

/** The number of messages of each type that expired in one hour. */
export interface ExpiredHour {
  /** When the hour began. Milliseconds since the Unix epoch. */
  startMs: number;
  counts: Partial<Record<MessageType, number>>;
}

/**
 * The hours of the last 24 that closed at least `settleMs` ago, in which messages expired, and which are not reported
 * yet. DynamoDB charges for the size of all rows that it reads, so only these hours are queried.
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
  const expired: ExpiredHour[] = [];
  for (const part of parts) {
    const { Items = [] } = await withStoreErrors(
      CountersTable.build(QueryCommand)
        .entities(HourEntity)
        .query(part)
        .options({ entityAttrFilter: false, noEntityMatchBehavior: 'THROW' })
        .send(),
    );
    for (const row of Items) {
      const counts = Object.fromEntries(
        MESSAGE_TYPES.flatMap((type) => {
          const count = row[`expired_${type}`];
          return count === undefined ? [] : [[type, count]];
        }),
      );
      const isReported = row.expired_reported ?? false;
      if (!isReported && Object.keys(counts).length > 0) {
        expired.push({ startMs: startMsOf(row), counts });
      }
    }
  }
  return expired;
};

/** Stores that the push about an hour was created. */
export const markExpiredReported = async (startMs: number): Promise<void> => {
  await withStoreErrors(
    HourEntity.build(UpdateAttributesCommand)
      .item({ ...keyOf(startMs), expired_reported: true })
      .options({ condition: { attr: 'ttl', exists: true } })
      .send()
      .catch(onConditionFailed(() => false)),
  );
};
