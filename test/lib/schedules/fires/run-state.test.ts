import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { documentClient } from '#lib/data/table.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { isOpen, runStateOf } from '#lib/schedules/fires/run-state.ts';
import { aMessage, START_MS } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';

const db = installDynamo(documentClient, { clock: virtualClock() });
beforeEach(() => db.reset());
afterAll(() => db.uninstall());

/** Puts a message of the run, by default one that completed at the beginning. */
const put = (fields: Parameters<typeof aMessage>[0] = {}): Message => {
  const message = aMessage({ status: 'completed', correlation_id: 'run', ...fields });
  db.put(env('MESSAGES_TABLE'), message);
  return message;
};
const OVER_MS = START_MS + 15 * SECOND_MS;

describe('the run of a fire', () => {
  it('is over fifteen seconds after its last message ended', async () => {
    const fire = put();
    expect(await runStateOf(fire, OVER_MS - 1)).toBe('open');
    expect(await runStateOf(fire, OVER_MS)).toBe('completed');

    put({ processing_completed_at: iso(START_MS + 1) });
    expect(await runStateOf(fire, OVER_MS)).toBe('open');
    expect(await runStateOf(fire, OVER_MS + 1)).toBe('completed');
  });

  it('has failed if one of its messages failed', async () => {
    const fire = put();
    put({ status: 'failed' });
    put();

    expect(await runStateOf(fire, OVER_MS)).toBe('failed');
  });

  it.each(['APPROVAL_DENIED', 'APPROVAL_EXPIRED'])(
    'is completed if a message failed only with %s',
    async (error_code) => {
      const fire = put();
      put({ status: 'failed', error_code });
      expect(await runStateOf(fire, OVER_MS)).toBe('completed');

      const own = put({ status: 'failed', error_code, correlation_id: 'own' });
      expect(await runStateOf(own, OVER_MS)).toBe('completed');

      put({ status: 'failed', error_code: 'EFFECT_UNKNOWN' });
      expect(await runStateOf(fire, OVER_MS)).toBe('failed');
    },
  );

  it('is open while a message waits for an approval', async () => {
    const fire = put();
    const error_code = 'APPROVAL_PENDING';
    put({
      status: 'queued',
      due_bucket: 'held-approval',
      error_code,
      valid_until: iso(OVER_MS + 1),
    });

    expect(await runStateOf(fire, OVER_MS)).toBe('open');
  });

  it('is open while one of its messages is not terminal, until that expires', async () => {
    const fire = put();
    put({ status: 'queued', valid_until: iso(OVER_MS + 1) });

    expect(await runStateOf(fire, OVER_MS)).toBe('open');
    expect(await runStateOf(fire, OVER_MS + 1)).toBe('failed');
  });

  it('does not wait for its pushes, unless the fire itself is a push', async () => {
    const fire = put();
    put({ message_type: 'notify', status: 'queued' });
    put({ message_type: 'notify', status: 'failed' });
    expect(await runStateOf(fire, OVER_MS)).toBe('completed');

    const push = put({ message_type: 'notify', status: 'queued', correlation_id: 'other' });
    expect(await runStateOf(push, OVER_MS)).toBe('open');
    const failed = put({ message_type: 'notify', status: 'failed', correlation_id: 'third' });
    expect(await runStateOf(failed, OVER_MS)).toBe('failed');
  });

  it('has only the messages of its correlation id', async () => {
    const fire = put();
    put({ status: 'queued', correlation_id: 'other' });

    expect(await runStateOf(fire, OVER_MS)).toBe('completed');
  });
});

describe('a fire that a row names', () => {
  it('is open while its run is open', async () => {
    const { id: message_id, valid_until } = put();

    expect(await isOpen({ message_id, valid_until }, OVER_MS - 1)).toBe(true);
    expect(await isOpen({ message_id, valid_until }, OVER_MS)).toBe(false);
  });

  it('is open until it expires if its message does not exist', async () => {
    const fire = { message_id: aMessage().id, valid_until: iso(OVER_MS) };

    expect(await isOpen(fire, OVER_MS - 1)).toBe(true);
    expect(await isOpen(fire, OVER_MS)).toBe(false);
  });
});
