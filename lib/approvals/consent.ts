import type { ChildDraft, Run } from '#lib/messages/outcome.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { approvalPush, expiredApprovalPush } from './approval-pushes.ts';
import { APPROVAL_HOLD, type Approval } from './approval-schema.ts';
import { type ConsentRequest, newApproval } from './new-approval.ts';
import { isOwnPost } from './own-post.ts';
import { isAllowed } from './policy.ts';
import type { Policy } from './policy-schema.ts';

export interface ConsentDeps {
  clock: Pick<Clock, 'now'>;
  policy: Policy;
  /** Puts an approval whose id is free. @returns the stored one, which may be an earlier one */
  putApproval: (approval: Approval) => Promise<Approval>;
  /** Expires an approval if it is pending and its time is over. @returns the row as it is then */
  expireApproval: (id: string, nowMs: number) => Promise<Approval | undefined>;
  /** Stores the id of the approval in the row of the message. */
  record: Run['record'];
}

/** Whether a call may be carried out. */
export type Consent =
  | {
      is: 'given';
      /** `own post`, `policy`, or the person who approved it: `user:ada`. */
      allowedBy: string;
      /** The approval that the call must use. */
      approval?: Approval;
    }
  | {
      is: 'missing';
      /** `unavailable` / `APPROVAL_PENDING`, held; `unauthorized` / `APPROVAL_DENIED`, `APPROVAL_EXPIRED`. */
      error: AppError;
      children: readonly ChildDraft[];
    };

/**
 * Finds out who allows a call: the person who posted it, a rule of the policy, or a person who is asked. Nothing in the
 * message's arguments is taken into account. A message that has asked a person gets its answer from that person, whatever
 * the policy says later. A used approval counts as given: the ledger knows whether the message has used it for this call.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; `conflict` / `CLAIM_LOST`
 */
export const requireConsent = async (
  request: ConsentRequest,
  { clock, policy, putApproval, expireApproval, record }: ConsentDeps,
): Promise<Consent> => {
  const { message, operation, terms } = request;
  if (isOwnPost(message)) return { is: 'given', allowedBy: 'own post' };
  const fresh = newApproval(request, clock.now());
  const hasAsked = message.approval_id === fresh.id;
  const isByPolicy = isAllowed(policy, { operation, requestedBy: message.requested_by, terms });
  if (!hasAsked && isByPolicy) return { is: 'given', allowedBy: 'policy' };

  const asked = await putApproval(fresh);
  if (!hasAsked) await record({ approval_id: asked.id });
  const nowMs = clock.now();
  const isDue = asked.status === 'pending' && Date.parse(asked.expires_at) <= nowMs;
  // A person may decide at the last moment. Then the row says so.
  return consentOf((isDue && (await expireApproval(asked.id, nowMs))) || asked);
};

const consentOf = (approval: Approval): Consent => {
  const { status, decided_by = 'somebody', reason, expires_at } = approval;
  switch (status) {
    case 'approved':
    case 'used':
      return { is: 'given', allowedBy: decided_by, approval };
    case 'pending':
      return { is: 'missing', error: pendingError(expires_at), children: [approvalPush(approval)] };
    case 'denied':
      return { is: 'missing', error: deniedError(decided_by, reason), children: [] };
    case 'expired':
      return { is: 'missing', error: expiredError(), children: [expiredApprovalPush(approval)] };
  }
};

const pendingError = (expiresAt: string) =>
  new AppError('unavailable', 'APPROVAL_PENDING', `waits for an approval until ${expiresAt}`, {
    heldBy: APPROVAL_HOLD,
    retryable: false,
  });

const deniedError = (by: string, reason: string | undefined) =>
  new AppError(
    'unauthorized',
    'APPROVAL_DENIED',
    `${by} denied it${reason === undefined ? '' : `: ${reason}`}`,
  );

const expiredError = () =>
  new AppError('unauthorized', 'APPROVAL_EXPIRED', 'nobody allowed it in time');
