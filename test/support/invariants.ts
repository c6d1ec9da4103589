import { APPROVAL_HOLD } from '#lib/approvals/approval-schema.ts';
import { FLAG_NAMES } from '#lib/config/flags.ts';
import { SERVICES } from '#lib/http/breaker/services.ts';
import type { Status } from '#lib/messages/transitions.ts';
import { isTerminal, TRANSITIONS } from '#lib/messages/transitions.ts';
import { OVERLAP } from '#lib/schedules/schedule.ts';
import type { Change } from './dynamodb/store.ts';

const LEGAL = new Set(
  Object.values(TRANSITIONS).flatMap(({ from, ...rest }) =>
    from.map((status) => `${status} → ${'to' in rest ? rest.to : status}`),
  ),
);

/** What the sweeper checks without reading the list of names. */
const CHECKED: readonly string[] = [
  ...Object.keys(SERVICES),
  ...FLAG_NAMES,
  OVERLAP,
  APPROVAL_HOLD,
];

/**
 * Check every change of a message's row, and record broken rules: a transition that is not in the table, a change of
 * a `completed` message, an unfinished message without a due time, or a terminal message with one, a message that is
 * held for a name that the sweeper does not check, a list of names that loses one.
 */
export const invariants = () => {
  const broken: string[] = [];
  let listed: ReadonlySet<unknown> = new Set();
  return {
    onChange: ({ table, before, after }: Change) => {
      if (before?.service_name === 'names' || after?.service_name === 'names') {
        const names = after?.names instanceof Set ? after.names : new Set();
        for (const name of listed)
          if (!names.has(name)) broken.push(`${name} is not listed any more`);
        listed = names;
      }
      if (!table.includes('messages')) return;
      const id = String(after?.id ?? before?.id);
      if (after === undefined) {
        broken.push(`${id} was deleted`);
        return;
      }
      const to = after.status as Status;
      if (before === undefined) {
        if (to !== 'created') broken.push(`${id} was put as ${to}`);
      } else if (before.status === 'completed') {
        broken.push(`${id} was completed and became ${to}`);
      } else if (!LEGAL.has(`${before.status} → ${to}`)) {
        broken.push(`${id} went ${before.status} → ${to}`);
      }
      if ((after.next_due_at === undefined) !== isTerminal(to)) {
        broken.push(`${id} is ${to}, and due at ${after.next_due_at}`);
      }
      if ((after.next_due_at === undefined) !== (after.due_bucket === undefined)) {
        broken.push(`${id} has half of its due mark`);
      }
      const heldFor = String(after.due_bucket).match(/^held-(.*)/)?.[1];
      if (heldFor !== undefined && !CHECKED.includes(heldFor) && !listed.has(heldFor)) {
        broken.push(`${id} is held for ${heldFor}, which nobody checks`);
      }
      if ((after.claimed_by === undefined) !== (to !== 'processing')) {
        broken.push(`${id} is ${to}, and claimed by ${after.claimed_by}`);
      }
      if ((after.ttl === undefined) === isTerminal(to))
        broken.push(`${id} is ${to}, its ttl wrong`);
      if (Number(after.attempt) < Number(before?.attempt ?? 0))
        broken.push(`${id} lost an attempt`);
    },
    broken: (): readonly string[] => broken,
    reset: () => {
      broken.length = 0;
      listed = new Set();
    },
  };
};
