import { randomUUID } from 'node:crypto';
import { Entity } from 'dynamodb-toolbox/entity';
import { BatchGetRequest } from 'dynamodb-toolbox/entity/actions/batchGet';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { $add, UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { item } from 'dynamodb-toolbox/schema/item';
import { set } from 'dynamodb-toolbox/schema/set';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { BatchGetCommand, execute } from 'dynamodb-toolbox/table/actions/batchGet';
import { documentClient } from '#lib/data/table.ts';
import {
  BreakerSchema,
  type BreakerState,
  BreakerStateSchema,
  type StoredBreaker,
} from '#lib/http/breaker/breaker-schema.ts';
import { isServiceName, NAMES_KEY } from '#lib/http/breaker/services.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { attributesOf, removalsOf } from './attributes.ts';
import { batchGetAll } from './batch-get.ts';
import { onConditionFailed, withStoreErrors } from './write.ts';

const BreakersTable = new Table({
  name: env('BREAKERS_TABLE'),
  partitionKey: { name: 'service_name', type: 'string' } as const,
  documentClient,
});

/** Key: `service_name`. One row per service. */
const BreakerEntity = new Entity({
  name: 'breaker',
  table: BreakersTable,
  schema: item(attributesOf(BreakerSchema, ['service_name'])),
  entityAttribute: false,
  timestamps: false,
});

/** The row `names`. It is never deleted, because messages may be held for any of its names. */
const ServiceNamesEntity = new Entity({
  name: 'service-names',
  table: BreakersTable,
  schema: item({ service_name: string().key(), names: set(string()) }),
  entityAttribute: false,
  timestamps: false,
});

/** Longer than any message is valid, so that no message is held for a breaker whose row is gone. */
const KEPT_MS = 31 * DAY_MS;

/** A push must not wait long for its breaker. */
const TIMEOUT_MS = 1_000;

/**
 * The breaker of a service, with a consistent read; `undefined` when there is no row, which counts as closed.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, after at most one second
 */
export const readBreaker = async (service: string): Promise<StoredBreaker | undefined> => {
  const { Item } = await withStoreErrors(
    BreakerEntity.build(GetItemCommand)
      .key({ service_name: service })
      .options({ consistent: true })
      .send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) }),
  );
  return Item;
};

/**
 * The breakers of these services, by service. Services without a row are left out; they count as closed.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, also when `signal` aborts
 */
export const readBreakers = async (
  services: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StoredBreaker>> => {
  const rows = await batchGetAll(services, (names) => getBreakers(names, signal));
  return new Map(rows.map((row) => [row.service_name, row]));
};

const getBreakers = async (services: readonly string[], abortSignal: AbortSignal) => {
  const requests = services.map((service_name) =>
    BreakerEntity.build(BatchGetRequest).key({ service_name }),
  );
  const command = BreakersTable.build(BatchGetCommand).requests(...requests);
  const { Responses, UnprocessedKeys = {} } = await withStoreErrors(
    execute({ abortSignal }, command),
  );
  const rows = Responses?.[0] ?? [];
  return {
    rows: rows.filter((row) => row !== undefined),
    unprocessed: Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) =>
      Keys.map(({ service_name }) => String(service_name)),
    ),
  };
};

/**
 * Replaces the breaker of a service, if its row is still the one that was `seen`.
 * @returns the new row, or `undefined` when another function wrote in the meantime
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, after at most one second; the write may have happened
 */
export const writeBreaker = (
  service: string,
  state: BreakerState,
  { seen, nowMs }: { seen: StoredBreaker | undefined; nowMs: number },
): Promise<StoredBreaker | undefined> => {
  const writeId = randomUUID();
  return withStoreErrors(
    BreakerEntity.build(UpdateAttributesCommand)
      .item({
        ...removalsOf(BreakerStateSchema),
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
      .then(({ Attributes }): StoredBreaker | undefined => Attributes)
      .catch(onConditionFailed<StoredBreaker>((old) => old.write_id === writeId)),
  );
};

/**
 * Adds a name to the list of the services that only configuration names. A name is never removed.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, after at most one second; the name may be listed
 */
export const addServiceName = async (service: string): Promise<void> => {
  await withStoreErrors(
    ServiceNamesEntity.build(UpdateItemCommand)
      .item({ service_name: NAMES_KEY, names: $add(new Set([service])) })
      .send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) }),
  );
};

/**
 * The services that only configuration names, with a consistent read. Entries that cannot be names are left out.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, after at most one second
 */
export const readServiceNames = async (): Promise<string[]> => {
  const { Item } = await withStoreErrors(
    ServiceNamesEntity.build(GetItemCommand)
      .key({ service_name: NAMES_KEY })
      .options({ consistent: true })
      .send({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) }),
  );
  return [...(Item?.names ?? [])].filter(isServiceName).sort();
};
