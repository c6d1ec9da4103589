import { expireApproval } from '#lib/data/approvals/approval-changes.ts';
import { findApprovals } from '#lib/data/approvals/approvals.ts';
import { findDue, release } from '#lib/data/messages/message-sweeps.ts';
import { fulfilledOf } from '#lib/engine/sweep/fulfilled.ts';
import { readRows } from '#lib/engine/sweep/read-rows.ts';
import type { SweepDeps } from '#lib/engine/sweep/sweep-due.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { APPROVAL_HOLD, type Approval } from './approval-schema.ts';

const MAX_PER_TICK = 1_000;
const CHUNK = 50;

/**
 * Releases the messages whose approvals are decided, or whose time for a decision is over: such an approval is first set to
 * `expired`. Each approval is handled alone, so one that fails does not stop the others.
 * @returns the number of released messages
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; the next tick repeats the work
 */
export const releaseDecided = async (deps: SweepDeps): Promise<number> => {
  const { clock, deadlineMs, log } = deps;
  const keys = await findDue({ heldBy: APPROVAL_HOLD, limit: MAX_PER_TICK });
  let released = 0;
  for (let start = 0; start < keys.length && clock.now() < deadlineMs; start += CHUNK) {
    const ids = keys.slice(start, start + CHUNK).map(({ id }) => id);
    const { rows } = await readRows(ids, deps);
    const messages = [...rows.values()];
    const approvals = await readApprovals(messages, deps);
    const results = await Promise.allSettled(
      messages.map(async (message) => releaseIfDecided(message, approvals, clock.now())),
    );
    const { values, storeError } = fulfilledOf(results, messages, log);
    released += values.length;
    await publish(values, deps);
    if (storeError) throw storeError;
  }
  return released;
};

/** @returns the message to publish, if this sweeper released it */
const releaseIfDecided = async (
  { id, approval_id = '' }: Message,
  { found, unreadable }: ReadApprovals,
  nowMs: number,
): Promise<Message | undefined> => {
  if (unreadable.has(approval_id)) return undefined;
  // A message whose approval is gone is released, too: its run asks again.
  const isWaiting = (approval: Approval | undefined) => approval?.status === 'pending';
  const approval = found.get(approval_id);
  if (isWaiting(approval)) {
    if (Date.parse(approval?.expires_at ?? '') > nowMs) return undefined;
    if (isWaiting(await expireApproval(approval_id, nowMs))) return undefined;
  }
  return release(id, APPROVAL_HOLD, nowMs);
};

interface ReadApprovals {
  found: ReadonlyMap<string, Approval>;
  /** Ids of rows that are not valid approvals. Each is logged. */
  unreadable: ReadonlySet<string>;
}

/** The approvals of messages. If one is not valid, they are read one by one, so that it does not affect the others. */
const readApprovals = async (
  messages: readonly Message[],
  { log }: Pick<SweepDeps, 'log'>,
): Promise<ReadApprovals> => {
  const ids = messages.flatMap(({ approval_id }) =>
    approval_id === undefined ? [] : [approval_id],
  );
  const all = await findApprovals(ids).catch(throwIfUnavailable);
  if (all !== undefined) return { found: byId(all), unreadable: new Set() };

  const found: Approval[] = [];
  const unreadable = new Set<string>();
  for (const id of ids) {
    const one = await findApprovals([id]).catch((error: unknown) => {
      throwIfUnavailable(error);
      unreadable.add(id);
      log.error({ err: error, approval_id: id }, 'row is not a valid approval');
      return [];
    });
    found.push(...one);
  }
  return { found: byId(found), unreadable };
};

const byId = (approvals: readonly Approval[]): ReadonlyMap<string, Approval> =>
  new Map(approvals.map((approval) => [approval.id, approval]));

const throwIfUnavailable = (error: unknown): undefined => {
  if (error instanceof AppError) throw error;
};

const publish = async (
  messages: readonly Message[],
  { clock, log, publisher }: SweepDeps,
): Promise<void> => {
  if (messages.length === 0) return;
  try {
    await publisher.publishAll(messages, { nowMs: clock.now() });
  } catch (error) {
    log.warn(
      { err: error, messages: messages.length },
      'wake-up not published, sweeper retries it',
    );
  }
};
