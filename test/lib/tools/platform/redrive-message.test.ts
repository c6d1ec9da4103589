import { beforeEach, describe, expect, it } from 'vitest';
import { isOwnPost } from '#lib/approvals/own-post.ts';
import { env } from '#lib/platform/env.ts';
import { toolWorld } from '#test/lib/tools/tool-world.ts';
import { aMessage, type MessageOverrides } from '#test/support/builders.ts';
import { anEffect } from '#test/support/effects.ts';

const world = toolWorld();
beforeEach(() => world.reset());

const failed = (fields: MessageOverrides = {}) => {
  const message = aMessage({ nowMs: world.clock.now(), status: 'failed', ...fields });
  world.given(message);
  return message;
};

describe('redrive_message', () => {
  it('runs a failed message again for the caller, with the reason', async () => {
    const { id } = failed({ message_type: 'notify' });

    const { text, data } = await world.call('redrive_message', {
      message_id: id,
      reason: ' the token is corrected ',
    });

    expect(data).toEqual({ message_id: id, message_type: 'notify', status: 'queued' });
    expect(text).toContain('If it cannot be undone, a person must approve it first.');
    expect(text).toContain(`get_run with message_id ${id}`);
    expect(world.row(id)?.redrives).toMatchObject([
      { by: 'mcp:ada', reason: 'the token is corrected' },
    ]);
    expect(world.published).toEqual([id]);
  });

  it('takes away that a message is the post of a person', async () => {
    const message = failed({ message_type: 'web_action', created_by: 'user:ada' });
    expect(isOwnPost(message)).toBe(true);

    await world.call('redrive_message', { message_id: message.id, reason: 'again' });

    const row = world.row(message.id);
    expect(row && isOwnPost(row)).toBe(false);
  });

  it.each(['created', 'queued', 'processing', 'completed'] as const)(
    'refuses a message that is %s',
    async (status) => {
      const { id } = failed({ status });

      await expect(
        world.call('redrive_message', { message_id: id, reason: 'again' }),
      ).rejects.toMatchObject({ kind: 'conflict', code: 'NOT_FAILED' });
    },
  );

  it('refuses a message whose effect was carried out', async () => {
    const effect = anEffect({ status: 'confirmed' });
    const { id } = failed({ effect_id: effect.effect_id });
    world.db.put(env('EFFECTS_TABLE'), { ...effect, message_id: id });

    await expect(
      world.call('redrive_message', { message_id: id, reason: 'again' }),
    ).rejects.toMatchObject({ kind: 'conflict', code: 'EFFECT_CONFIRMED' });
    expect(world.published).toEqual([]);
  });

  it.each([
    { input: { reason: 'again' }, path: 'message_id' },
    { input: { message_id: 'msg_1' }, path: 'reason' },
    { input: { message_id: 'msg_1', reason: ' \u200b ' }, path: 'reason' },
    { input: { message_id: 'msg_1', reason: 'x'.repeat(501) }, path: 'reason' },
    { input: { message_id: 'msg_1', reason: 'again', by: 'user:ada' }, path: 'by' },
  ])('refuses $input.path of $input', async ({ input, path }) => {
    await expect(world.call('redrive_message', input)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path }],
    });
  });

  it('knows no malformed id', async () => {
    await expect(
      world.call('redrive_message', { message_id: 'nonsense', reason: 'again' }),
    ).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });
});
