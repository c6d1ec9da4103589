import type { Status } from '#lib/messages/transitions.ts';
import { isTerminal, TRANSITIONS } from '#lib/messages/transitions.ts';
import type { Change } from './dynamodb/store.ts';

const LEGAL = new Set(
  Object.values(TRANSITIONS).flatMap(({ from, ...rest }) =>
    from.map((status) => `${status} → ${'to' in rest ? rest.to : status}`),
  ),
);

/**
 * Check every change of a message's row, and record broken rules: a transition that is not in the table, a change of
 * a `completed` message, an unfinished message without a due time, or a terminal message with one.
 */
export const invariants = () => {
  const broken: string[] = [];
  return {
    onChange: ({ table, before, after }: Change) => {
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
    },
  };
};
