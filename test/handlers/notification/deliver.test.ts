import { describe, expect, it, vi } from 'vitest';
import { deliver } from '#handlers/notification/deliver.ts';
import type { Channel } from '#lib/channels/channel.ts';
import type { Run } from '#lib/messages/outcome.ts';
import { AppError } from '#lib/platform/errors.ts';
import { aMessage, aRun, START_MS } from '#test/support/builders.ts';

const setup = () => {
  const measure = vi.fn<Run['measure']>();
  const send = vi.fn<Channel['send']>().mockResolvedValue({ id: 'push00000001' });
  const requireOn = vi.fn();
  const channel = vi.fn(() => ({ name: 'ntfy', service: 'ntfy', send }));
  const run = aRun({ measure });
  const times = [START_MS, START_MS + 40];
  const clock = { now: () => times.shift() ?? START_MS + 40 };
  return { measure, send, requireOn, channel, run, deps: { channel, requireOn, clock } };
};
const notify = (payload: Record<string, unknown>, more = {}) =>
  aMessage({ message_type: 'notify', status: 'processing', payload, ...more });

describe('deliver', () => {
  it('sends every field of the payload with the message id, and returns the receipt', async () => {
    const { send, run, deps } = setup();
    const message = notify(
      {
        message: 'Hi',
        title: 'T',
        priority: 'high',
        tags: ['a'],
        click: 'https://a.example',
        markdown: true,
      },
      { send_started: '2026-03-01T11:59:00.000Z' },
    );

    expect(await deliver(message, run, deps)).toEqual({ notification_id: 'push00000001' });
    expect(send).toHaveBeenCalledExactlyOnceWith(
      {
        id: message.id,
        message: 'Hi',
        title: 'T',
        priority: 4,
        tags: ['a'],
        click: 'https://a.example',
        markdown: true,
      },
      {
        deadlineMs: run.deadlineMs,
        signal: run.signal,
        correlationId: message.correlation_id,
        sendStarted: '2026-03-01T11:59:00.000Z',
        beforeFirstSend: run.recordSendStarted,
      },
    );
  });

  it('returns the original sizes of what the channel shortened as the result', async () => {
    const { send, run, deps } = setup();
    const cut = { message: { bytes: 9_000 }, click: { bytes: 2_100 } };
    send.mockResolvedValue({ id: 'push00000001', cut });

    expect(await deliver(notify({ message: 'Hi' }), run, deps)).toEqual({
      notification_id: 'push00000001',
      result: { cut },
    });
  });

  it('measures a delivery', async () => {
    const { measure, run, deps } = setup();

    await deliver(notify({ message: 'Hi' }), run, deps);

    expect(measure).toHaveBeenCalledExactlyOnceWith({
      NotificationsSent: 1,
      NotificationDuration: 40,
    });
  });

  it.each([
    new AppError('unavailable', 'NTFY_503', 'down'),
    new AppError('invalid', 'NTFY_40009', 'bad'),
    new TypeError('a bug'),
  ])('counts %s as a failure and rethrows it', async (error) => {
    const { measure, send, run, deps } = setup();
    send.mockRejectedValue(error);

    await expect(deliver(notify({ message: 'Hi' }), run, deps)).rejects.toBe(error);
    expect(measure).toHaveBeenCalledExactlyOnceWith({ NotificationsFailed: 1 });
  });

  it.each([
    new AppError('unavailable', 'CIRCUIT_OPEN', 'open', { heldBy: 'ntfy' }),
    new AppError('conflict', 'CLAIM_LOST', 'lost'),
  ])('does not count %s as a failure, because nothing was sent', async (error) => {
    const { measure, send, run, deps } = setup();
    send.mockRejectedValue(error);

    await expect(deliver(notify({ message: 'Hi' }), run, deps)).rejects.toBe(error);
    expect(measure).not.toHaveBeenCalled();
  });

  it('reads no settings and sends nothing while pushes are off', async () => {
    const { channel, requireOn, run, deps } = setup();
    requireOn.mockImplementation(() => {
      throw new AppError('unavailable', 'FEATURE_DISABLED', 'off', { heldBy: 'notifications' });
    });

    await expect(deliver(notify({ message: 'Hi' }), run, deps)).rejects.toThrow('off');
    expect(channel).not.toHaveBeenCalled();
  });

  it('refuses a payload of another type without sending', async () => {
    const { send, run, deps } = setup();

    await expect(deliver(notify({ text: 'Hi' }), run, deps)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'INVALID_PAYLOAD',
    });
    expect(send).not.toHaveBeenCalled();
  });
});
