import { $add, $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { MAX_STRIKES, type Message } from '#lib/messages/message.ts';
import { TRANSITIONS } from '#lib/messages/transitions.ts';
import { iso } from '#lib/platform/clock.ts';
import { change, changed } from './change.ts';
import {
  abandonedIn,
  DUE,
  finished,
  heldBucket,
  type MessageChanges,
  statusIn,
  unclaimed,
} from './message-entity.ts';

/** A message that a run holds: who has it, and the fence of every write that ends the run. */
export type Claimed = Message & { claimed_by: string; lease_until: string };

/** Why a message failed or waits, as it stands in the row. */
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
 * Take a message: whoever writes first has it until the lease ends.
 * @returns the row as claimed, or `undefined` when another run has it, it is finished, struck out, or too early.
 */
export const claim = async (
  id: string,
  { claimedBy, nowMs, leaseUntilMs }: ClaimRequest,
): Promise<Claimed | undefined> => {
  const now = iso(nowMs);
  const lease = iso(leaseUntilMs);
  const claimed = await change(
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

/** What a message ends with that went well. */
export interface Completion {
  result?: Record<string, unknown>;
  notification_id?: string;
}

/** @returns `false` when the claim is lost. */
export const complete = (
  run: Claimed,
  { result, ...completion }: Completion,
  nowMs: number,
): Promise<boolean> =>
  endRun(run, TRANSITIONS.complete.to, nowMs, {
    ...completion,
    ...(result === undefined ? {} : { result }),
    ...finished(nowMs, run.stage),
    error_code: $remove(),
    error_message: $remove(),
  });

/** @returns `false` when the claim is lost. */
export const fail = (run: Claimed, { code, message }: Reason, nowMs: number): Promise<boolean> =>
  endRun(run, TRANSITIONS.fail.to, nowMs, {
    error_code: code,
    error_message: message,
    ...finished(nowMs, run.stage),
  });

export interface Parking extends Reason {
  /** Nobody claims it earlier. Milliseconds since the Unix epoch. */
  untilMs: number;
  /** It ran to an answer and killed nobody. */
  forgiveStrikes: boolean;
}

/** Wait for a time. @returns `false` when the claim is lost. */
export const park = (
  run: Claimed,
  { code, message, untilMs, forgiveStrikes }: Parking,
  nowMs: number,
): Promise<boolean> =>
  endRun(run, TRANSITIONS.park.to, nowMs, {
    error_code: code,
    error_message: message,
    retry_count: $add(1),
    not_before: iso(untilMs),
    next_due_at: iso(untilMs),
    due_bucket: DUE,
    ...(forgiveStrikes ? { strikes: 0 } : {}),
  });

/** Wait for a flag or a service, until the sweeper releases it. @returns `false` when the claim is lost. */
export const hold = (
  run: Claimed,
  { code, message, heldBy }: Reason & { heldBy: string },
  nowMs: number,
): Promise<boolean> =>
  endRun(run, TRANSITIONS.hold.to, nowMs, {
    error_code: code,
    error_message: message,
    next_due_at: run.valid_until,
    due_bucket: heldBucket(heldBy),
    strikes: 0,
  });

/**
 * Say that an effect may have happened from now on. An earlier run's mark stays: what it sent may have arrived.
 * @returns `false` when the claim is lost
 */
export const markSendStarted = (run: Claimed, nowMs: number): Promise<boolean> =>
  fenced(run, 'processing', {
    send_started: run.send_started ?? iso(nowMs),
    updated_date: iso(nowMs),
  });

type Changes = Omit<MessageChanges, 'id'>;

const endRun = (run: Claimed, to: Message['status'], nowMs: number, changes: Changes) =>
  fenced(run, to, { status: to, updated_date: iso(nowMs), ...changes, ...unclaimed() });

/** A write that only the run may make that holds the claim. */
const fenced = async (
  { id, claimed_by, attempt }: Claimed,
  target: Message['status'],
  changes: Changes,
): Promise<boolean> => {
  return changed(
    { id, ...changes },
    {
      and: [
        { attr: 'status', eq: 'processing' },
        { attr: 'claimed_by', eq: claimed_by },
        { attr: 'attempt', eq: attempt },
      ],
    },
    { isOurs: (old) => old.attempt === attempt && old.status === target },
  );
};
