import type { RunMessage } from '#handlers/web/app/api/responses.ts';

/** Why a message is not done yet, and when it continues. */
export interface Waiting {
  kind: 'held' | 'parked' | 'queued' | 'processing' | 'abandoned';
  title: string;
  /** What has to happen. */
  text: string;
  /** The page where a person can do something about it. */
  link: { href: string; text: string } | undefined;
  /** When it continues at the latest or expires. ISO 8601. */
  times: readonly { label: string; at: string }[];
}

type Waiter = Pick<
  RunMessage,
  | 'status'
  | 'due_bucket'
  | 'error_code'
  | 'not_before'
  | 'next_due_at'
  | 'lease_until'
  | 'processing_started_at'
  | 'valid_until'
  | 'approval_id'
>;

const HELD = 'held-';
/** As in `lib/approvals/approval-schema.ts`. */
const APPROVAL_HOLD = 'approval';

/** What a held message waits for: a flag, a service or `overlap`. `undefined` for every other message. */
export const holderOf = ({ due_bucket }: Pick<RunMessage, 'due_bucket'>): string | undefined =>
  due_bucket?.startsWith(HELD) ? due_bucket.slice(HELD.length) : undefined;

/** Why a message is not done yet; `undefined` when it is. */
export const waitingOf = (message: Waiter, nowMs: number): Waiting | undefined => {
  const { status } = message;
  if (status === 'completed' || status === 'failed') return undefined;
  if (status === 'processing') return processing(message, nowMs);
  const holder = holderOf(message);
  if (holder !== undefined) return held(holder, message);
  const { not_before, next_due_at } = message;
  if (not_before !== undefined && Date.parse(not_before) > nowMs) {
    return {
      kind: 'parked',
      title: 'Parked until the next try.',
      text: 'The last try failed. Nothing needs to be done.',
      link: undefined,
      times: [{ label: 'Next try', at: not_before }, expiry(message)],
    };
  }
  return {
    kind: 'queued',
    title: 'Waits for its turn.',
    text: 'If its wake-up is lost, the sweeper wakes it.',
    link: undefined,
    times:
      next_due_at === undefined
        ? [expiry(message)]
        : [{ label: 'The sweeper wakes it', at: next_due_at }, expiry(message)],
  };
};

const processing = (message: Waiter, nowMs: number): Waiting => {
  const { lease_until, processing_started_at } = message;
  const isAbandoned = lease_until !== undefined && Date.parse(lease_until) < nowMs;
  const started =
    processing_started_at === undefined ? [] : [{ label: 'Started', at: processing_started_at }];
  return isAbandoned
    ? {
        kind: 'abandoned',
        title: 'The run does not answer.',
        text: 'The function that ran it has probably stopped. The sweeper starts it again within a minute.',
        link: { href: '/system', text: 'Look whether the sweeper runs' },
        times: [...started, { label: 'Lease ended', at: lease_until }],
      }
    : {
        kind: 'processing',
        title: 'Runs now.',
        text: 'A function works on it.',
        link: undefined,
        times:
          lease_until === undefined
            ? started
            : [...started, { label: 'Taken over if not done', at: lease_until }],
      };
};

const held = (holder: string, message: Waiter): Waiting => {
  const times = [expiry(message)];
  if (holder === 'overlap') {
    return {
      kind: 'held',
      title: 'Waits for the run before it.',
      text: 'It starts within a minute after the previous run of its schedule has ended.',
      link: undefined,
      times,
    };
  }
  if (holder === APPROVAL_HOLD) {
    const { approval_id: id = '' } = message;
    return {
      kind: 'held',
      title: 'Waits for approval.',
      text: 'It cannot be undone, so a person has to approve it first.',
      link: { href: `/approvals/${encodeURIComponent(id)}`, text: 'Open the approval' },
      times,
    };
  }
  return message.error_code === 'FEATURE_DISABLED'
    ? {
        kind: 'held',
        title: `Held by the flag “${holder}”.`,
        text: 'It continues within a minute after the flag is switched on.',
        link: { href: '/flags', text: 'Go to the flags' },
        times,
      }
    : {
        kind: 'held',
        title: `Held, because the service “${holder}” does not work.`,
        text: 'It continues when a trial shows that the service works again.',
        link: { href: '/system', text: 'Look at the circuit breaker' },
        times,
      };
};

const expiry = ({ valid_until }: Waiter) => ({ label: 'Expires', at: valid_until });
