import type { Finding, Watch } from './watch-conditions.ts';

/** Wake-ups in a queue. Half of it ends the condition. Count. */
const DEEP = 100;
/** How long the oldest message is overdue. A fifth of it ends the condition. Seconds. */
const LATE_S = 300;
const RUNBOOK = 'Runbook: queue-deep';

/** The wake-ups that wait in each queue, by its name, and how long the oldest message is overdue. */
export interface WaitingWork {
  waiting: Readonly<Record<string, number>>;
  /** Seconds. SQS does not say how old a wake-up is; the row of its message does. */
  oldestDueSeconds: number | undefined;
}

/** Finds queues that are deep, and work that waits too long. */
export const watchQueues =
  (read: () => Promise<WaitingWork>): Watch =>
  async (isOn) => {
    const { waiting, oldestDueSeconds } = await read();
    const deep = Object.entries(waiting).map(([queue, count]): Finding => {
      const name = `queue-deep-${queue}`;
      const on = count > (isOn(name) ? DEEP / 2 : DEEP);
      const message = `${count} wake-ups wait in the queue ${queue}.`;
      return {
        ...{ name, on },
        push: on
          ? {
              title: `The queue ${queue} is deep`,
              message: `${message} ${RUNBOOK}`,
              priority: 'high',
            }
          : { title: `Over: the queue ${queue} was deep`, message, priority: 'low' },
      };
    });
    if (oldestDueSeconds === undefined) return deep;
    const name = 'work-late';
    const on = oldestDueSeconds > (isOn(name) ? LATE_S / 5 : LATE_S);
    const minutes = Math.round(oldestDueSeconds / 60);
    const message = `The oldest message is ${minutes} minutes overdue.`;
    return [
      ...deep,
      {
        ...{ name, on },
        push: on
          ? {
              title: 'Messages are processed late',
              message: `${message} ${RUNBOOK}`,
              priority: 'high',
            }
          : { title: 'Over: messages were processed late', message, priority: 'low' },
      },
    ];
  };
