import { expect } from 'vitest';
import type { ActionResult } from '#lib/actions/action-records.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Scene } from './scene.ts';

export interface PostedAction {
  payload: Record<string, unknown>;
  arguments?: Record<string, unknown>;
}

/** Messages of the type `web_action` in one run: create them, read them, and release them. */
export const webActionsOf = ({ api, eventually, rows, sweep }: Scene, run: string) => {
  const actions = async (): Promise<Message[]> =>
    (await rows.ofRun(run)).filter(({ message_type }) => message_type === 'web_action');

  return {
    /** @returns the message as it was created */
    post: async ({ payload, ...more }: PostedAction): Promise<Message> => {
      const { status, body } = await api<Message>('/api/messages', {
        ...{ message_type: 'web_action', correlation_id: run, ...more },
        payload: { version: '1.0', ...payload },
      });
      expect(body).not.toHaveProperty('error');
      expect(status).toBe(201);
      return body;
    },
    /** Wait until the row of a message is as expected. */
    seen: (
      { id }: Pick<Message, 'id'>,
      what: string,
      isExpected: (row: Message) => boolean,
    ): Promise<Message> =>
      eventually(what, { runs: [run] }, async () => {
        const row = (await actions()).find((one) => one.id === id);
        return row !== undefined && isExpected(row) && row;
      }),
    /** The row of the results table about the last attempt of a message. */
    resultOf: async ({ result_id: id = '' }: Pick<Message, 'result_id'>) =>
      (await rows.read('web-action-results', { id })) as ActionResult | undefined,
    /** Sweep until every message of the run is completed. Do not wait for the minutes for which messages are parked. */
    released: (count: number): Promise<Message[]> =>
      eventually(`${count} completed messages`, { runs: [run], timeoutMs: 60_000 }, async () => {
        const nowMs = Date.now();
        for (const { id, status, not_before } of await actions()) {
          if (status !== 'queued' || not_before === undefined || not_before < iso(nowMs)) continue;
          const past = iso(nowMs - 10_000);
          await rows.editMessage(id, { not_before: past, next_due_at: past });
        }
        await sweep();
        const found = await rows.ofRun(run);
        const done = found.filter(({ status }) => status === 'completed');
        return done.length === count && found.length === count && found;
      }),
  };
};
