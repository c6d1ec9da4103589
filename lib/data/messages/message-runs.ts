import { $add, $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { MAX_STRIKES, type Message } from '#lib/messages/message.ts';
import { type Status, TRANSITIONS } from '#lib/messages/transitions.ts';
import { type Clock, iso } from '#lib/platform/clock.ts';
import { changeMessage, tryChangeMessage } from './change-message.ts';
import {
  abandonedIn,
  DUE,
  finished,
  heldBucket,
  type MessageChanges,
  statusIn,
  unclaimed,
} from './message-entity.ts';
import { find } from './messages.ts';

/** A message that is claimed by a run. `claimed_by` and `attempt` fence the writes of the run. */
export type Claimed = Message & { claimed_by: string; lease_until: string };

/** Why a message failed or waits; `error_code` and `error_message` of the row. */
export interface Reason {
  code: string;
  message: string;
}

export interface ClaimRequest {
  /** Unique per record and invocation. */
  claimedBy: string;
  nowMs: number;
  leaseUntilMs: number;
}

/**
 * Claims a message: the first run to write owns it until the lease ends.
 * @returns the claimed row, or `undefined` when another run owns the message, it is terminal or has eight strikes, or it
 * is too early to claim it
 */
export const claim = async (
  id: string,
  { claimedBy, nowMs, leaseUntilMs }: ClaimRequest,
): Promise<Claimed | undefined> => {
  const now = iso(nowMs);
  const lease = iso(leaseUntilMs);
  const claimed = await changeMessage(
    {
      id,
      status: TRANSITIONS.claim.to,
      claimed_by: claimedBy,
      attempt: $add(1),
      strikes: $add(1),
      lease_until: lease,
      next_due_at: lease,
      due_bucket: DUE,
      not_before: $remove(),
      processing_started_at: now,
      updated_date: now,
    },
    {
      and: [
        { attr: 'strikes', lt: MAX_STRIKES },
        {
          or: [
            {
              and: [
                statusIn(TRANSITIONS.claim.from),
                {
                  or: [
                    { attr: 'not_before', exists: false },
                    { attr: 'not_before', lte: now },
                  ],
                },
              ],
            },
            abandonedIn(TRANSITIONS.takeOver.from, now),
          ],
        },
      ],
    },
    { isOurs: (old) => old.claimed_by === claimedBy },
  );
  return claimed as Claimed | undefined;
};

/** The fields that a successful run sets. */
export interface Completion {
  result?: Record<string, unknown>;
  notification_id?: string;
  result_id?: string;
}

/** Sets `completed`. @returns `false` when the claim is lost */
export const complete = (
  run: Claimed,
  { result, ...completion }: Completion,
  nowMs: number,
): Promise<boolean> =>
  endRun(run, TRANSITIONS.complete, nowMs, {
    ...completion,
    ...(result === undefined ? {} : { result }),
    ...finished(nowMs, run.stage),
    error_code: $remove(),
    error_message: $remove(),
  });

/** Sets `failed`. @returns `false` when the claim is lost */
export const fail = (run: Claimed, { code, message }: Reason, nowMs: number): Promise<boolean> =>
  endRun(run, TRANSITIONS.fail, nowMs, {
    error_code: code,
    error_message: message,
    ...finished(nowMs, run.stage),
  });

export interface Parking extends Reason {
  /** Nobody can claim the message before this time. Milliseconds since the Unix epoch. */
  untilMs: number;
  /** The work ran to a result, so it did not kill the function: the strikes are reset. */
  resetStrikes: boolean;
}

/** Sets `queued` until a time. @returns `false` when the claim is lost */
export const park = (
  run: Claimed,
  { code, message, untilMs, resetStrikes }: Parking,
  nowMs: number,
): Promise<boolean> =>
  endRun(run, TRANSITIONS.park, nowMs, {
    error_code: code,
    error_message: message,
    retry_count: $add(1),
    not_before: iso(untilMs),
    next_due_at: iso(untilMs),
    due_bucket: DUE,
    ...(resetStrikes ? { strikes: 0 } : {}),
  });

/** Sets `queued` until the sweeper releases it for a flag or a service. @returns `false` when the claim is lost */
export const hold = (
  run: Claimed,
  { code, message, heldBy }: Reason & { heldBy: string },
  nowMs: number,
): Promise<boolean> =>
  endRun(run, TRANSITIONS.hold, nowMs, {
    error_code: code,
    error_message: message,
    next_due_at: run.valid_until,
    due_bucket: heldBucket(heldBy),
    strikes: 0,
  });

/**
 * Sets `send_started`: from now on, the push may have arrived. The time of an earlier run stays.
 * @returns `false` when the claim is lost
 */
export const markSendStarted = (run: Claimed, nowMs: number): Promise<boolean> =>
  fenced(run, WHILE_PROCESSING, {
    send_started: run.send_started ?? iso(nowMs),
    updated_date: iso(nowMs),
  });

/** What a run stores about its work before it ends. */
export type WorkFacts = Partial<Pick<Message, 'approval_id' | 'effect_id' | 'valid_until'>>;

/** Stores facts about the work. @returns `false` when the claim is lost */
export const recordFacts = (run: Claimed, facts: WorkFacts, nowMs: number): Promise<boolean> =>
  fenced(run, WHILE_PROCESSING, { ...facts, updated_date: iso(nowMs) });

/**
 * Whether the run still owns the claim, with a consistent read. The lease must have time left when the answer arrives, because
 * a process can freeze while it waits for it.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const ownsClaim = async (
  { id, claimed_by, attempt }: Claimed,
  clock: Pick<Clock, 'now'>,
): Promise<boolean> => {
  const row = await find(id);
  return (
    row?.status === 'processing' &&
    row.claimed_by === claimed_by &&
    row.attempt === attempt &&
    Date.parse(row.lease_until ?? '') > clock.now()
  );
};

type Changes = Omit<MessageChanges, 'id'>;

/** The status before and after a write of a run. */
interface Statuses {
  from: readonly Status[];
  to: Status;
}

const WHILE_PROCESSING: Statuses = { from: ['processing'], to: 'processing' };

const endRun = (run: Claimed, statuses: Statuses, nowMs: number, changes: Changes) =>
  fenced(run, statuses, {
    ...{ status: statuses.to, updated_date: iso(nowMs) },
    ...changes,
    ...unclaimed(),
  });

/** A write that only the run that owns the claim can make. */
const fenced = async (
  { id, claimed_by, attempt }: Claimed,
  { from, to }: Statuses,
  changes: Changes,
): Promise<boolean> =>
  tryChangeMessage(
    { id, ...changes },
    {
      and: [
        statusIn(from),
        { attr: 'claimed_by', eq: claimed_by },
        { attr: 'attempt', eq: attempt },
      ],
    },
    { isOurs: (old) => old.attempt === attempt && old.status === to },
  );
