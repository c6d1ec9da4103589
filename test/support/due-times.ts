import type { Approval } from '#lib/approvals/approval-schema.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { unknownPushId } from './booking-oracle.ts';
import type { Change } from './dynamodb/store.ts';

/** The sweeper's margin for clocks. Milliseconds. */
const MARGIN_MS = 5 * SECOND_MS;
/** When an effect that nobody writes is reported. */
const STALE_MS = 30 * MINUTE_MS;

/** When the sweeper next has something to do, as far as the rows say. A world without work needs no ticks. */
export const dueTimes = () => {
  const messages = new Map<string, Message>();
  const approvals = new Map<string, Approval>();
  const effects = new Map<string, Effect>();
  const reported = new Set<string>();

  const approvalMs = (id: string | undefined): number => {
    const approval = approvals.get(id ?? '');
    return approval?.status === 'pending' ? Date.parse(approval.expires_at) : 0;
  };
  const messageMs = ({ due_bucket, next_due_at = '', valid_until, approval_id }: Message) => {
    if (due_bucket === 'due') return Date.parse(next_due_at) + MARGIN_MS;
    if (due_bucket === 'held-approval') {
      return Math.min(Date.parse(valid_until), approvalMs(approval_id)) + MARGIN_MS;
    }
    return 0;
  };

  return {
    onChange: ({ table, after }: Change) => {
      if (table.includes('messages')) {
        const row = after as unknown as Message;
        if (row.next_due_at === undefined) messages.delete(row.id);
        else messages.set(row.id, row);
        if (row.message_type === 'notify') reported.add(row.id);
      } else if (table.includes('approvals')) {
        const row = after as unknown as Approval;
        approvals.set(row.id, row);
      } else if (table.includes('effects') && after?.rev !== undefined) {
        const row = after as unknown as Effect;
        if (row.status === 'sent' || row.status === 'unknown') effects.set(row.effect_id, row);
        else effects.delete(row.effect_id);
      }
    },
    /** Milliseconds since the Unix epoch; 0 for what is due on each tick. */
    nextMs: (): number | undefined => {
      const times = [
        ...[...messages.values()].map(messageMs),
        ...[...effects.values()]
          .filter((effect) => !reported.has(unknownPushId(effect)))
          .map(({ updated_date }) => Date.parse(updated_date) + STALE_MS),
      ];
      return times.length === 0 ? undefined : Math.min(...times);
    },
  };
};
