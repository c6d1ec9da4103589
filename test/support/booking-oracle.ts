import type { Approval } from '#lib/approvals/approval-schema.ts';
import { argumentsDigest } from '#lib/approvals/arguments-digest.ts';
import { effectIdOf } from '#lib/effects/effect-id.ts';
import type { Effect, EffectStatus, Quota } from '#lib/effects/effect-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { derivedMessageId, messageIdTime } from '#lib/platform/id.ts';
import { bookSlot, cancelReservation, OWNER, SETTLE_MINUTES } from './course-operations.ts';
import type { Change } from './dynamodb/store.ts';
import type { CommitBody, CourseWatch, MemoryCourse, Reservation } from './memory-course.ts';

/** What the oracle reads. Nothing of it comes from the ledger's own conclusions, except the rows that it judges. */
export interface OracleSources {
  clock: { now: () => number };
  course: () => MemoryCourse;
  messages: () => Message[];
  message: (id: string) => Message | undefined;
  effects: () => Effect[];
  quotas: () => Quota[];
  approvals: () => Approval[];
  approval: (id: string) => Approval | undefined;
  effect: (id: string) => Effect | undefined;
  /** Whether the policy has allowed this requester within the last minutes. */
  wasAllowed: (requestedBy: string) => boolean;
  /** Whether the course is never later than the operations say. */
  settles: boolean;
}

interface SeenCall extends CommitBody {
  /** When the message was redriven last. */
  redrivenAt: string;
  approvalId: string | undefined;
}

/** Legal changes of an effect. `planned → planned`: another run or message takes it. */
const LEGAL: Readonly<Record<EffectStatus, readonly EffectStatus[]>> = {
  planned: ['planned', 'sent', 'rejected', 'confirmed'],
  sent: ['confirmed', 'rejected', 'planned', 'unknown'],
  unknown: ['unknown', 'confirmed', 'rejected'],
  confirmed: ['reversed'],
  rejected: ['planned'],
  reversed: ['planned'],
};
const OPEN: readonly string[] = ['sent', 'unknown'];
const COUNTED: readonly string[] = ['sent', 'unknown', 'confirmed'];
/** Clocks differ by at most this. Milliseconds. */
const CLOCK_MARGIN_MS = 5 * SECOND_MS;
const DAY_PATTERN = /_\d{4}-\d\d-\d\d$/;

/**
 * Judges a world of bookings by the course's own book. `violations` gets a sentence for each broken rule:
 *
 * | rule | checked |
 * | --- | --- |
 * | one call in a generation; one for an approval; a message calls again only after a redrive | at each call |
 * | no call without a yes: an own post, the policy, or an approval of this input and price; no call above the price limit | at each call |
 * | no call while one is booked, no two standing reservations of one day | at each call, each reservation |
 * | `rev` grows by one, statuses follow each other as designed, an approval is given in time and used once | at each write |
 * | who is told that it is done already finds it booked | when a message ends |
 * | every message ends, every unknown is pushed or resolved, the ledger says what the course says, quotas count what is booked | at the end |
 */
export const bookingOracle = (sources: OracleSources) => {
  const { clock, course, settles } = sources;
  const violations: string[] = [];
  const calls: SeenCall[] = [];
  const uses = new Map<string, number>();
  const bad = (what: string, detail: string) => {
    violations.push(`${what}: ${detail}`);
  };

  const callDetail = ({ kind, date, reservation, generation, messageId }: CommitBody) =>
    `${kind} ${kind === 'book' ? date : reservation} generation ${generation} by ${messageId}`;

  const onCall: CourseWatch['onCall'] = (body) => {
    const detail = callDetail(body);
    const message = sources.message(body.messageId);
    const effect = sources.effect(body.effectId);
    const redrivenAt = message?.redrives?.at(-1)?.at ?? '';
    const approvalId = effect?.approval_id;
    const seen = { ...body, redrivenAt, approvalId };
    const isSame = (one: SeenCall) => one.effectId === body.effectId;
    if (calls.some((one) => isSame(one) && one.generation === body.generation)) {
      bad('two commit calls in one generation', detail);
    }
    if (approvalId !== undefined && calls.some((one) => one.approvalId === approvalId)) {
      bad('one approval, two commit calls', detail);
    }
    if (calls.some((one) => one.messageId === body.messageId && one.redrivenAt === redrivenAt)) {
      bad('a message commits again without a redrive', detail);
    }
    if (message === undefined || !hasYes(message, approvalId, body)) {
      bad('commit without a yes', `${detail}, ${message?.requested_by}, ${approvalId}`);
    }
    if (body.kind === 'book' && body.cents > Number(message?.payload.max_total_cents)) {
      bad('above the price limit', detail);
    }
    if (settles && body.kind === 'book' && course().standing(body.date).length > 0) {
      bad('commit although one is booked', detail);
    }
    calls.push(seen);
    return () => {
      calls.splice(calls.indexOf(seen), 1);
    };
  };

  const hasYes = (message: Message, approvalId: string | undefined, body: CommitBody): boolean => {
    const { created_by, parent_id, redrives = [], requested_by } = message;
    const people = [created_by, ...redrives.map(({ by }) => by)];
    if (parent_id === undefined && people.every((by) => by.startsWith('user:'))) return true;
    if (sources.wasAllowed(requested_by) && approvalId === undefined) return true;
    const approval = approvalId === undefined ? undefined : sources.approval(approvalId);
    return (
      approval !== undefined &&
      approval.decided_by !== undefined &&
      approval.message_id === message.id &&
      isAskedSince(approval, redrives.at(-1)?.at) &&
      approval.arguments_digest === digestOf(message) &&
      body.cents <= (approval.max_total_cents ?? Number.POSITIVE_INFINITY)
    );
  };

  const onMade: CourseWatch['onMade'] = ({ date, id }: Reservation) => {
    if (settles && course().standing(date).length > 0) bad('DOUBLE BOOKING', `${date} ${id}`);
  };

  const onEffect = (before: Effect | undefined, after: Effect) => {
    const detail = `${after.effect_id}: ${before?.status} → ${after.status}`;
    const isLegal =
      before === undefined
        ? after.status === 'planned'
        : LEGAL[before.status].includes(after.status);
    if (!isLegal) bad('a change of an effect that must not be', detail);
    if (after.rev !== (before?.rev ?? 0) + 1) bad('rev does not grow by one', detail);
    if (before !== undefined && after.generation < before.generation) {
      bad('an effect lost a generation', detail);
    }
  };

  const onApproval = (before: Approval | undefined, after: Approval) => {
    if (before?.status === after.status) return;
    // A decision may be on its way for a while.
    const lateMs = Date.parse(after.decided_at ?? '') - Date.parse(after.expires_at);
    const isNew = before?.status !== 'used' && after.status === 'approved';
    if (isNew && lateMs > 3 * SECOND_MS) bad('approved after it had expired', after.id);
    if (before?.status !== undefined && ['denied', 'expired'].includes(before.status)) {
      bad('a decision was changed', `${after.id}: ${before.status} → ${after.status}`);
    }
    const change = after.status === 'used' ? 1 : before?.status === 'used' ? -1 : 0;
    uses.set(after.id, (uses.get(after.id) ?? 0) + change);
    if ((uses.get(after.id) ?? 0) > 1) bad('approval used twice', after.id);
  };

  /** A message that is told that it is done already must find it booked, unless it was cancelled just now. */
  const onCompleted = ({ id, payload, result, arguments: args }: Message) => {
    const data = result as { already_done?: unknown } | undefined;
    if (data?.already_done !== true || args?.operation !== bookSlot.operation) return;
    const { date } = payload;
    const ended = course()
      .reservations.filter((one) => one.date === date && one.isCancelled)
      .map(({ endedMs }) => endedMs);
    const since = clock.now() - Math.max(0, ...ended);
    if (
      settles &&
      course().standing(String(date)).length === 0 &&
      since > 2 * SETTLE_MINUTES * MINUTE_MS
    )
      bad('already done, says the ledger, and nothing is booked', id);
  };

  const onChange = ({ table, before, after }: Change) => {
    if (table.includes('effects')) {
      const row = after as unknown as Effect;
      if (after !== undefined && row.status !== undefined)
        onEffect(before as unknown as Effect, row);
    } else if (table.includes('approvals')) {
      onApproval(before as unknown as Approval, after as unknown as Approval);
    } else if (table.includes('messages')) {
      const row = after as unknown as Message;
      if (row.status === 'completed' && before?.status !== 'completed') onCompleted(row);
    }
  };

  const isPushed = (effect: Effect): boolean =>
    sources.message(unknownPushId(effect)) !== undefined;

  const checkEffect = (effect: Effect) => {
    const { effect_id, status, receipt, generation } = effect;
    const isCancel = effect.operation === cancelReservation.operation;
    const detail = `${effect_id} ${effect.operation} ${status} ${effect.reason?.code} generation ${generation}`;
    if (OPEN.includes(status) && !isPushed(effect)) bad('unknown reaches nobody', detail);
    if (!settles) return;
    const concerned = course().reservations.filter((one) =>
      isCancel
        ? effectIdOf(cancelReservation, [one.id]) === effect_id
        : effectIdOf(bookSlot, [OWNER, one.date]) === effect_id,
    );
    if (concerned.some(({ isByHand }) => isByHand)) return;
    const isReal = concerned.some(({ isCancelled }) => isCancelled === isCancel);
    if (isReal && ['planned', 'rejected', 'reversed'].includes(status)) {
      bad('it happened, and the ledger denies it', detail);
    }
    const isTold = sources
      .effects()
      .some(
        (other) =>
          other.operation === cancelReservation.operation &&
          other.status === 'unknown' &&
          isPushed(other) &&
          effectIdOf(cancelReservation, [receipt?.id ?? '']) === other.effect_id,
      );
    if (!isReal && status === 'confirmed' && !isTold)
      bad('the ledger confirms what is not there', detail);
  };

  const checkQuotas = () => {
    const counted = sources
      .effects()
      .filter(({ status }) => COUNTED.includes(status))
      .flatMap(({ quota_keys }) => quota_keys);
    const missing = sources
      .effects()
      .filter(({ status, quota_keys }) => !COUNTED.includes(status) && quota_keys.length > 0);
    for (const { effect_id } of missing) bad('an effect that is not booked counts', effect_id);
    const keys = new Set([...counted, ...sources.quotas().map(({ effect_id }) => effect_id)]);
    for (const key of keys) {
      const used = sources.quotas().find(({ effect_id }) => effect_id === key)?.used ?? 0;
      const expected = counted.filter((one) => one === key).length;
      if (used !== expected) bad('quota is wrong', `${key}: ${used}, booked ${expected}`);
      if (!settles || !DAY_PATTERN.test(key)) continue;
      const date = key.slice(-10);
      const standing = course().standing(date).length;
      const isByHand = course().reservations.some((one) => one.date === date && one.isByHand);
      const isOpen = sources.effects().some(({ status }) => OPEN.includes(status));
      if (used !== standing && !isByHand && !isOpen)
        bad('quota counts something else than what is booked', `${key}: ${used}, ${standing}`);
    }
  };

  const checkMessage = (row: Message) => {
    const { id, status, error_code: code, redrives = [], attempt, valid_until } = row;
    if (!isTerminal(status))
      bad('message does not end', `${id} ${status} ${code} ${row.due_bucket}`);
    const own = sources.approvals().filter(({ message_id }) => message_id === id);
    const isLate = ({ decided_at = '', status: decision }: Approval) =>
      decision === 'approved' && Date.parse(valid_until) - Date.parse(decided_at) < 2 * MINUTE_MS;
    if (code === 'EXPIRED' && attempt > 0 && own.some(isLate)) {
      bad('approved in time, expired before it could run', id);
    }
    const lastAt = redrives.at(-1)?.at;
    const isAnswered = code === 'APPROVAL_EXPIRED' || code === 'APPROVAL_DENIED';
    if (isAnswered && !own.some((one) => isAskedSince(one, lastAt))) {
      bad('redrive cannot ask again', id);
    }
  };

  return {
    violations,
    calls: (): readonly CommitBody[] => calls,
    onCall,
    onMade,
    onChange,
    /** Checks what must hold when nothing is left to do. */
    finish: (): readonly string[] => {
      for (const row of sources.messages()) checkMessage(row);
      for (const effect of sources.effects()) checkEffect(effect);
      checkQuotas();
      return violations;
    },
  };
};

/** The id of the push about the unknown outcome of a generation. */
export const unknownPushId = ({ message_id, generation }: Effect): string =>
  derivedMessageId(messageIdTime(message_id), message_id, `unknown-${generation}`, 0);

/** The clocks of two machines differ. */
const isAskedSince = ({ created_date }: Approval, at: string | undefined): boolean =>
  at === undefined || Date.parse(created_date) > Date.parse(at) - CLOCK_MARGIN_MS;

/** The digest of what a message asks for. The operations have no defaults. */
const digestOf = ({ payload, arguments: args }: Message): string => {
  const { version: _version, action, ...input } = payload;
  return argumentsDigest({ action: String(action), operation: String(args?.operation), input });
};
