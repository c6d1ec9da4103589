import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { tookBucket } from '#lib/counters/durations.ts';
import { CALL_TIMEOUT_MS, daysFrom, iso, store } from './store.ts';

const HOUR_MS = 3_600_000;
const KEPT_DAYS = 31;

/** What a batch counts, by the hour in which the message was created; written once per hour. */
export const counters = () => {
  const hours = new Map<number, Record<string, number>>();
  const add = (created_date: string, names: Record<string, number>) => {
    const hour = Math.floor(Date.parse(created_date) / HOUR_MS) * HOUR_MS;
    const counts = hours.get(hour) ?? {};
    for (const [name, count] of Object.entries(names)) counts[name] = (counts[name] ?? 0) + count;
    hours.set(hour, counts);
  };
  return {
    created: (type: string, created_date: string) => add(created_date, { [`created_${type}`]: 1 }),
    completed: (type: string, created_date: string, tookMs: number) =>
      add(created_date, { [`completed_${type}`]: 1, [tookBucket(tookMs)]: 1, took_ms: tookMs }),
    flush: () =>
      Promise.all([...hours].map(([hour, counts]) => addTo(hour, counts).catch(notAdded))),
  };
};

const addTo = (hour: number, counts: Record<string, number>) => {
  const added = Object.entries(counts).filter(([, count]) => count !== 0);
  const expression = added.map(([name], at) => `${name} :n${at}`);
  return store.send(
    new UpdateCommand({
      TableName: process.env.METRICS_TABLE,
      Key: { day: iso(hour).slice(0, 10), hour: iso(hour).slice(11, 13) },
      UpdateExpression: `SET #ttl = :ttl ADD ${[...expression, 'adds :one'].join(', ')}`,
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ...Object.fromEntries(added.map(([, count], at) => [`:n${at}`, count])),
        ':ttl': daysFrom(hour, KEPT_DAYS),
        ':one': 1,
      },
    }),
    { abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) },
  );
};

const notAdded = (error: Error) => {
  process.stdout.write(`${JSON.stringify({ level: 'warn', msg: error.message })}\n`);
};
