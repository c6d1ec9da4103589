import type { Approval } from '#lib/approvals/approval-schema.ts';
import { findApprovals } from '#lib/data/approvals/approvals.ts';
import { findRun } from '#lib/data/messages/find-run.ts';
import type { Message } from '#lib/messages/message.ts';

/**
 * How long the messages of a run have waited for approvals. Waits at the same time count once.
 * @returns milliseconds; infinite while one of them waits
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const waitedForApprovalsMs = async (fire: Message, nowMs: number): Promise<number> => {
  const { members } = await findRun(fire);
  const ids = members.flatMap(({ approval_id }) =>
    approval_id === undefined ? [] : [approval_id],
  );
  if (ids.length === 0) return 0;
  const waits = (await findApprovals(ids)).map((approval) => waitOf(approval, nowMs));
  let waitedMs = 0;
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const { fromMs, toMs } of waits.sort((a, b) => a.fromMs - b.fromMs)) {
    waitedMs += Math.max(0, toMs - Math.max(fromMs, untilMs));
    untilMs = Math.max(untilMs, toMs);
  }
  return waitedMs;
};

const waitOf = (
  { status, created_date, decided_at, expires_at }: Approval,
  nowMs: number,
): { fromMs: number; toMs: number } => {
  const expiresMs = Date.parse(expires_at);
  const isPending = status === 'pending' && expiresMs > nowMs;
  const endMs = decided_at === undefined ? expiresMs : Date.parse(decided_at);
  return {
    fromMs: Date.parse(created_date),
    toMs: isPending ? Number.POSITIVE_INFINITY : endMs,
  };
};
