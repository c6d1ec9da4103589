import { randomUUID } from 'node:crypto';
import { Entity } from 'dynamodb-toolbox/entity';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { boolean } from 'dynamodb-toolbox/schema/boolean';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { documentClient } from '#lib/data/table.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-state.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { lostUnless, unlessStoreFails } from './write.ts';

/**
 * service_name    "may this service be called?"
 */
const BreakerEntity = new Entity({
  name: 'breaker',
  table: new Table({
    name: env('BREAKERS_TABLE'),
    partitionKey: { name: 'service_name', type: 'string' } as const,
    documentClient,
  }),
  schema: item({
    service_name: string().key(),
    state: string().enum('closed', 'open', 'half_open'),
    failures: number(),
    window_started_at: string().optional(),
    open_until: string().optional(),
    reason: string().enum('failures', 'throttled', 'credentials').optional(),
    trial: number(),
    trial_until: string().optional(),
    successes: number(),
    throttled_since: string().optional(),
    echoes_sequence: boolean().optional(),
    echo_server: string().optional(),
    /** Raised by every write, and its condition. */
    version: number(),
    /** The last write's own mark: an update whose answer was lost knows itself by it. */
    write_id: string(),
    /** Seconds since the Unix epoch. */
    ttl: number(),
  }),
  entityAttribute: false,
  timestamps: false,
});

/** Longer than any message is valid, so that nothing is still held for a breaker whose row is gone. */
const KEPT_MS = 31 * DAY_MS;

/** A push must not wait long for its breaker. */
const TIMEOUT_MS = 1_000;

/** A breaker's row as it was read or written; `version` is what the next write is conditional on. */
export type StoredBreaker = BreakerState & { version: number };

/**
 * The breaker of a service, read consistently; `undefined` when it has no row, which counts as closed.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, after a second at most
 */
export const readBreaker = async (service: string): Promise<StoredBreaker | undefined> => {
  const { Item } = await unlessStoreFails(
    BreakerEntity.build(GetItemCommand)
      .key({ service_name: service })
      .options({ consistent: true })
      .send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) }),
  );
  return Item as StoredBreaker | undefined;
};

/**
 * Replace the breaker of a service, if it still is what was `seen`.
 * @returns the row as it stands now, or `undefined` when somebody else wrote since
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, after a second at most; the write may have happened
 */
export const writeBreaker = (
  service: string,
  state: BreakerState,
  { seen, nowMs }: { seen: StoredBreaker | undefined; nowMs: number },
): Promise<StoredBreaker | undefined> => {
  const writeId = randomUUID();
  return unlessStoreFails(
    BreakerEntity.build(UpdateAttributesCommand)
      .item({
        ...ABSENT,
        ...state,
        service_name: service,
        version: (seen?.version ?? 0) + 1,
        write_id: writeId,
        ttl: Math.floor((nowMs + KEPT_MS) / 1_000),
      })
      .options({
        condition: seen
          ? { attr: 'version', eq: seen.version }
          : { attr: 'service_name', exists: false },
        returnValues: 'ALL_NEW',
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) })
      .then(({ Attributes }) => Attributes as StoredBreaker)
      .catch(lostUnless<StoredBreaker>((old) => old.write_id === writeId)),
  );
};

/** What a state may leave out, the row must not keep. */
const ABSENT = {
  window_started_at: $remove(),
  open_until: $remove(),
  reason: $remove(),
  trial_until: $remove(),
  throttled_since: $remove(),
  echoes_sequence: $remove(),
  echo_server: $remove(),
};
