import { describe, expect, it } from 'vitest';
import { type WaitingWork, watchQueues } from '#lib/engine/watch/watch-queues.ts';

/** The conditions that are on, for work that waits and conditions that were on before. */
const on = async (work: Partial<WaitingWork>, before: readonly string[] = []) => {
  const watch = watchQueues(async () => ({ waiting: {}, oldestDueSeconds: 0, ...work }));
  const findings = await watch((name) => before.includes(name));
  return findings.filter((finding) => finding.on).map(({ name }) => name);
};

describe('watchQueues', () => {
  it('finds a queue with more than a hundred wake-ups, until half of them are gone', async () => {
    const name = 'queue-deep-messages';

    expect(await on({ waiting: { messages: 100 } })).toEqual([]);
    expect(await on({ waiting: { messages: 101, fires: 5 } })).toEqual([name]);
    expect(await on({ waiting: { messages: 51 } }, [name])).toEqual([name]);
    expect(await on({ waiting: { messages: 50 } }, [name])).toEqual([]);
  });

  it('finds work that is more than five minutes late, until it is a minute late', async () => {
    expect(await on({ oldestDueSeconds: 300 })).toEqual([]);
    expect(await on({ oldestDueSeconds: 301 })).toEqual(['work-late']);
    expect(await on({ oldestDueSeconds: 61 }, ['work-late'])).toEqual(['work-late']);
    expect(await on({ oldestDueSeconds: 60 }, ['work-late'])).toEqual([]);
  });

  it('says nothing about late work when its age is unknown', async () => {
    const watch = watchQueues(async () => ({ waiting: {}, oldestDueSeconds: undefined }));

    expect(await watch(() => true)).toEqual([]);
  });

  it('names the queue, the number and the runbook', async () => {
    const watch = watchQueues(async () => ({ waiting: { fires: 250 }, oldestDueSeconds: 0 }));

    const [finding] = await watch(() => false);

    expect(finding?.push).toEqual({
      title: 'The queue fires is deep',
      message: '250 wake-ups wait in the queue fires. Runbook: queue-deep',
      priority: 'high',
    });
  });
});
