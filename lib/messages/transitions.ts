export const STATUSES = ['created', 'queued', 'processing', 'completed', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

interface Transition {
  from: readonly Status[];
  /** Absent: the status does not change. */
  to?: Status;
}

const WAITING = ['created', 'queued'] as const;

/**
 * Every change of a message's status. The repository functions take their conditions from this table. The other
 * conditions of a write (fence, lease, time) are with the write.
 */
export const TRANSITIONS = {
  markQueued: { from: ['created'], to: 'queued' },
  claim: { from: WAITING, to: 'processing' },
  takeOver: { from: ['processing'], to: 'processing' },
  complete: { from: ['processing'], to: 'completed' },
  fail: { from: ['processing'], to: 'failed' },
  park: { from: ['processing'], to: 'queued' },
  hold: { from: ['processing'], to: 'queued' },
  giveUp: { from: WAITING, to: 'failed' },
  giveUpAbandoned: { from: ['processing'], to: 'failed' },
  release: { from: WAITING },
  bump: { from: ['created', 'queued', 'processing'] },
  redrive: { from: ['failed'], to: 'queued' },
} as const satisfies Record<string, Transition>;

export const isTerminal = (status: Status): boolean =>
  status === 'completed' || status === 'failed';
