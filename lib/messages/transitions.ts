export const STATUSES = ['created', 'queued', 'processing', 'completed', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

interface Transition {
  from: readonly Status[];
  /** Absent: the status stays what it is. */
  to?: Status;
}

const WAITING = ['created', 'queued'] as const;

/**
 * Every change of state there is. The repository takes its conditions from here, so that a write which is not in this
 * table does not exist. What else each write demands (fence, lease, time) stands with the write.
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
