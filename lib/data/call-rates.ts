import { Entity } from 'dynamodb-toolbox/entity';
import { $add } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { documentClient } from './table.ts';
import { withStoreErrors } from './write.ts';

/** Key: `id`, `rate_<sub>_<minute>`. One row per user and minute. */
const CallRateEntity = new Entity({
  name: 'call-rate',
  table: new Table({
    name: env('IDEMPOTENCY_TABLE'),
    partitionKey: { name: 'id', type: 'string' } as const,
    documentClient,
  }),
  schema: item({ id: string().key(), calls: number(), ttl: number() }),
  entityAttribute: false,
  timestamps: false,
});

/** A limit must not delay a call for long. Milliseconds. */
const TIMEOUT_MS = 1_000;
const KEPT_MS = 2 * MINUTE_MS;

/**
 * Counts calls of a user in the current minute.
 * @returns the calls of this minute, with these ones
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; the calls may be counted
 */
export const countCalls = async (sub: string, count: number, nowMs: number): Promise<number> => {
  const minute = Math.floor(nowMs / MINUTE_MS);
  const { Attributes } = await withStoreErrors(
    CallRateEntity.build(UpdateAttributesCommand)
      .item({
        id: `rate_${sub}_${minute}`,
        calls: $add(count),
        ttl: Math.ceil((nowMs + KEPT_MS) / 1_000),
      })
      .options({ returnValues: 'ALL_NEW' })
      .send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) }),
  );
  return Attributes?.calls ?? count;
};
