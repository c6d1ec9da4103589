import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { PutTransaction } from 'dynamodb-toolbox/entity/actions/transactPut';
import { UpdateTransaction } from 'dynamodb-toolbox/entity/actions/transactUpdate';
import { execute } from 'dynamodb-toolbox/entity/actions/transactWrite';
import { $add } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { ApprovalEntity } from '#lib/data/approvals/approval-entity.ts';
import { retryContended } from '#lib/data/contended.ts';
import { type IsOurs, onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { EffectChange, RefusedPart } from '#lib/effects/effect-store.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { type CounterChange, counterChanges } from './counter-changes.ts';
import { EffectEntity, QuotaEntity } from './effect-entity.ts';

/** One write of a transaction. */
interface Part {
  name: RefusedPart;
  /** The counter that a part of quotas changes. */
  counter?: CounterChange;
  write:
    | PutTransaction<typeof EffectEntity>
    | UpdateTransaction<typeof QuotaEntity>
    | UpdateTransaction<typeof ApprovalEntity>;
}

/** Writes an effect and what must change with it; see `EffectStore`. */
export const writeEffect = (
  change: EffectChange,
  { clock }: { clock: Clock },
): Promise<readonly RefusedPart[]> => {
  const counters = counterChanges(change.quotas ?? []);
  const isSingle =
    counters.length === 0 && change.approval === undefined && change.reversed === undefined;
  return withStoreErrors(
    retryContended(() => (isSingle ? putEffect(change) : transact(change, counters)), { clock }),
  );
};

const putEffect = async ({ before, after }: EffectChange): Promise<readonly RefusedPart[]> => {
  const row = await EffectEntity.build(PutItemCommand)
    .item(after)
    .options({ condition: unchanged(before), returnValuesOnConditionFalse: 'ALL_OLD' })
    .send()
    .then((): object => after)
    .catch(onConditionFailed<object>(showsWrite(after)));
  return row === undefined ? ['effect'] : [];
};

const transact = async (
  change: EffectChange,
  counters: readonly CounterChange[],
): Promise<readonly RefusedPart[]> => {
  const { before, after, reversed, approval } = change;
  const parts: Part[] = [
    rowPart('effect', before, after),
    ...counters.map((counter) => countingPart(counter, after.ttl)),
    ...(approval === undefined ? [] : [approvalPart(approval)]),
    ...(reversed === undefined ? [] : [rowPart('reversed', reversed.before, reversed.after)]),
  ];
  try {
    await execute(...parts.map(({ write }) => write));
    return [];
  } catch (error) {
    const reasons = failedConditions(error);
    const old = reasons[0]?.Item;
    if (old !== undefined && showsWrite(after)(unmarshall(old))) return [];
    const refused = parts.filter((_, n) => reasons[n] !== undefined);
    // A counter that somebody deleted has nothing to give back.
    const gone = refused.flatMap(({ counter }) => (counter && counter.add < 0 ? [counter] : []));
    if (gone.length === refused.length) {
      return transact(
        change,
        counters.filter((counter) => !gone.includes(counter)),
      );
    }
    return [...new Set(refused.map(({ name }) => name))];
  }
};

/**
 * The reasons of the parts whose condition failed, at the places of these parts.
 * @throws the error, if it is not about conditions alone
 */
const failedConditions = (error: unknown) => {
  if (!(error instanceof TransactionCanceledException)) throw error;
  const reasons = (error.CancellationReasons ?? []).map((reason) => {
    if (reason.Code === undefined || reason.Code === 'None') return undefined;
    if (reason.Code !== 'ConditionalCheckFailed') throw error;
    return reason;
  });
  if (reasons.every((reason) => reason === undefined)) throw error;
  return reasons;
};

/**
 * Whether a row already has what this write puts: then the write succeeded, and only its response was lost. A resolution by
 * a person keeps message and attempt, so the date is compared, too.
 */
const showsWrite =
  ({ status, message_id, attempt, rev, updated_date }: Effect): IsOurs =>
  (old) =>
    old.updated_date === updated_date &&
    old.status === status &&
    old.message_id === message_id &&
    old.attempt === attempt &&
    old.rev === rev;

/** The condition that nobody wrote the row since it was read. */
const unchanged = (before: Effect | undefined) =>
  before === undefined
    ? ({ attr: 'effect_id', exists: false } as const)
    : ({ attr: 'rev', eq: before.rev } as const);

const rowPart = (name: RefusedPart, before: Effect | undefined, after: Effect): Part => ({
  name,
  write: EffectEntity.build(PutTransaction)
    .item(after)
    .options({ condition: unchanged(before), returnValuesOnConditionFalse: 'ALL_OLD' }),
});

/** The counter is kept as long as the effect that it counted last. */
const countingPart = (counter: CounterChange, ttl: number): Part => {
  const { key, add, limit } = counter;
  const write = QuotaEntity.build(UpdateTransaction).item({ effect_id: key, used: $add(add), ttl });
  const part = { name: 'quota', counter } as const;
  if (add < 0) return { ...part, write: write.options({ condition: { attr: 'used', gte: -add } }) };
  if (limit === undefined) return { ...part, write };
  const hasRoom = { attr: 'used', lte: limit - add } as const;
  const isNew = { attr: 'used', exists: false } as const;
  const condition = limit < add ? hasRoom : { or: [isNew, hasRoom] };
  return { ...part, write: write.options({ condition }) };
};

const approvalPart = ({ id, from, to, digest }: NonNullable<EffectChange['approval']>): Part => ({
  name: 'approval',
  write: ApprovalEntity.build(UpdateTransaction)
    .item({ id, status: to })
    .options({
      condition: {
        and: [
          { attr: 'status', eq: from },
          { attr: 'arguments_digest', eq: digest },
        ],
      },
    }),
});
