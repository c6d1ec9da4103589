import { expect } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import type { Status } from '#lib/messages/transitions.ts';
import type { Scene } from './scene.ts';

/** The pushes of one run while ntfy is disturbed: create them, read them, and release them afterwards. */
export const pushesOf = ({ api, eventually, rows, sweep }: Scene, run: string) => {
  const inState = async (status: Status): Promise<Message[]> =>
    (await rows.ofRun(run)).filter((row) => row.message_type === 'notify' && row.status === status);
  const past = () => new Date(Date.now() - 10_000).toISOString();

  return {
    inState,
    /** Post a message whose child is the push. */
    post: async (message: string): Promise<void> => {
      const { status } = await api('/api/messages', {
        message_type: 'manual',
        correlation_id: run,
        payload: { message },
      });
      expect(status).toBe(201);
    },
    /** Do not wait until the open breaker allows a trial: move its time. */
    endWindow: () => rows.edit('circuit-breaker', { service_name: 'ntfy' }, { open_until: past() }),
    /** Sweep until this many have arrived. Do not wait for the minutes for which messages are parked. */
    delivered: (count: number): Promise<Message[]> =>
      eventually('all delivered', { runs: [run], timeoutMs: 60_000 }, async () => {
        // Messages that are due already may be claimed at this moment, so do not change them.
        const now = new Date().toISOString();
        for (const { id, not_before = now } of await inState('queued')) {
          if (not_before > now) {
            await rows.editMessage(id, { not_before: past(), next_due_at: past() });
          }
        }
        await sweep();
        const found = await inState('completed');
        return found.length === count && found;
      }),
  };
};
