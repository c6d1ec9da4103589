import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage, START_MS } from '#test/support/builders.ts';
import { anEffect } from '#test/support/effects.ts';
import { type Api, loadApi, MESSAGES } from './api.ts';

const EFFECTS = env('EFFECTS_TABLE');

let api: Api;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'info' });
});
afterEach(() => api.close());

const given = (...messages: Message[]) => {
  for (const message of messages) api.dynamo.put(MESSAGES, message);
};

interface Node {
  id: string;
  children: Node[];
}

describe('GET /api/messages/{id}/run', () => {
  const runOf = (id: string) => api.request({ path: `/api/messages/${id}/run` });

  const family = () => {
    const root = aMessage({ correlation_id: 'run', status: 'completed' });
    const under = (parent: Message, nowMs: number) =>
      aMessage({
        ...{ nowMs, correlation_id: 'run', status: 'completed', message_type: 'notify' },
        ...{ parent_id: parent.id, hop_count: parent.hop_count + 1 },
      });
    const child = under(root, START_MS + 1);
    return { root, child, grandchild: under(child, START_MS + 2) };
  };

  it('returns the same tree for any message of the run, without messages of other runs', async () => {
    const { root, child, grandchild } = family();
    given(grandchild, aMessage({ status: 'completed' }), root, child);

    const answers = await Promise.all([root, child, grandchild].map(({ id }) => runOf(id)));

    expect(answers[0]).toMatchObject({
      status: 200,
      body: {
        correlation_id: 'run',
        status: 'completed',
        count: 3,
        truncated: false,
        root: {
          message_id: root.id,
          children: [{ message_id: child.id, children: [{ message_id: grandchild.id }] }],
        },
        others: [],
      },
    });
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
  });

  it('contains the requested message before the index does', async () => {
    const { child } = family();
    given(child);

    const { body } = await runOf(child.id);

    expect(body).toMatchObject({ count: 1, root: { id: child.id } });
  });

  it('returns at most 500 messages, and truncated if there are more', async () => {
    const root = aMessage({ correlation_id: 'run', status: 'completed' });
    const children = Array.from({ length: 501 }, (_, n) =>
      aMessage({
        ...{ nowMs: START_MS + 1 + n, correlation_id: 'run', status: 'completed' },
        ...{ parent_id: root.id, hop_count: 1 },
      }),
    );
    given(root, ...children);

    const first = await runOf(root.id);
    const last = await runOf(children.at(-1)?.id ?? '');

    expect(first.body).toMatchObject({ count: 500, truncated: true });
    expect(last.body).toMatchObject({ count: 500, truncated: true, root: { id: root.id } });
    const shownLast = (last.body.root as Node).children.map(({ id }) => id);
    expect(shownLast).toContain(children.at(-1)?.id);
  });

  it('returns exactly 500 messages without truncated', async () => {
    given(
      ...Array.from({ length: 500 }, () =>
        aMessage({ correlation_id: 'run', status: 'completed' }),
      ),
    );

    const { body } = await runOf(String(api.dynamo.rows(MESSAGES)[250]?.id));

    expect(body).toMatchObject({ count: 500, truncated: false });
  });

  it('returns at most 4 MB of JSON', async () => {
    const result = { text: 'x'.repeat(8_000) };
    const redrives = Array.from({ length: 20 }, () => ({
      ...{ at: '2026-03-01T12:00:00.000Z', by: 'user:local', reason: 'ü'.repeat(500) },
    }));
    given(
      ...Array.from({ length: 400 }, (_, n) =>
        aMessage({
          nowMs: START_MS + n,
          correlation_id: 'run',
          status: 'failed',
          result,
          redrives,
        }),
      ),
    );

    const { body } = await runOf(String(api.dynamo.rows(MESSAGES)[0]?.id));

    expect(body.truncated).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(4.2 * 1024 * 1024);
    expect(Number(body.count)).toBeGreaterThan(100);
  });

  it.each(['msg_20260301120000_0000000000000000', 'msg_1', '__proto__'])(
    'returns 404 for %s',
    async (id) => {
      expect(await runOf(id)).toMatchObject({
        status: 404,
        body: { error: { code: 'MESSAGE_NOT_FOUND' } },
      });
    },
  );
});

describe('POST /api/messages/{id}/redrive', () => {
  const redrive = (id: string, body: unknown = { reason: 'the token is replaced' }) =>
    api.request({ method: 'POST', path: `/api/messages/${id}/redrive`, body });
  const row = (id: string) => api.dynamo.get(MESSAGES, { id }) as Message | undefined;

  it('returns 202 with the queued message, and records the caller and the reason', async () => {
    const failed = aMessage({ status: 'failed', strikes: 8 });
    given(failed);

    const { status, headers, body } = await redrive(failed.id, { reason: '  repaired ' });

    expect(status).toBe(202);
    expect(headers.Location).toBe(`/api/messages/${failed.id}`);
    expect(body).toMatchObject({
      message_id: failed.id,
      status: 'queued',
      strikes: 0,
      redrives: [{ by: 'user:local', reason: 'repaired' }],
    });
    expect(body).not.toHaveProperty('error_code');
    expect(row(failed.id)).toMatchObject({ status: 'queued', due_bucket: 'due' });
    expect(api.sns.envelopes()).toMatchObject([{ message: { id: failed.id } }]);
    expect(api.lines).toMatchObject([{ msg: 'request completed', message_id: failed.id }]);
  });

  it.each(['created', 'queued', 'processing', 'completed'] as const)(
    'returns 409 for a message that is %s, and does not change it (I7)',
    async (status) => {
      const message = aMessage({ status });
      given(message);

      const answer = await redrive(message.id);

      expect(answer).toMatchObject({ status: 409, body: { error: { code: 'NOT_FAILED' } } });
      expect(row(message.id)).toEqual(message);
      expect(api.sns.envelopes()).toEqual([]);
    },
  );

  describe('a message with an effect', () => {
    const effect_id = 'eff_00000000000000000000000001';
    const failed = aMessage({ status: 'failed', effect_id });
    const givenEffect = (fields: Partial<Effect>) => {
      api.dynamo.put(EFFECTS, anEffect({ effect_id, message_id: failed.id, ...fields }));
      given(failed);
    };

    it('is a 409 EFFECT_CONFIRMED if the effect is confirmed, and does not change', async () => {
      givenEffect({ status: 'confirmed' });

      const answer = await redrive(failed.id);

      expect(answer).toMatchObject({ status: 409, body: { error: { code: 'EFFECT_CONFIRMED' } } });
      expect(row(failed.id)).toEqual(failed);
      expect(api.sns.envelopes()).toEqual([]);
    });

    it.each(['planned', 'sent', 'unknown', 'rejected', 'reversed'] as const)(
      'is redriven if the effect is %s',
      async (status) => {
        givenEffect({ status });

        expect((await redrive(failed.id)).status).toBe(202);
      },
    );

    it('is redriven if another message carried the effect out', async () => {
      givenEffect({ status: 'confirmed', message_id: 'msg_20260301120000_0000000000000009' });

      expect((await redrive(failed.id)).status).toBe(202);
    });

    it('is a 409 NOT_FAILED if it is not failed', async () => {
      givenEffect({ status: 'confirmed' });
      given(aMessage({ ...failed, status: 'completed' }));

      expect((await redrive(failed.id)).body.error?.code).toBe('NOT_FAILED');
    });

    it('is a 503 while the effects cannot be read, and does not change', async () => {
      givenEffect({ status: 'confirmed' });
      const message = row(failed.id);
      let reads = 0;
      api.wire.decide(({ name }) => {
        reads += name === 'dynamodb:GetItem' ? 1 : 0;
        return reads > 1 ? { kind: 'fail-before' } : undefined;
      });

      expect((await redrive(failed.id)).status).toBe(503);
      expect(row(failed.id)).toEqual(message);
    });
  });

  it.each(['off', '{"enabled":true,"enabled_for":["notify"]}'])(
    'returns 202 while manual-messages is %s, because it creates no message',
    async (flag) => {
      const failed = aMessage({ status: 'failed' });
      given(failed);
      api.ssm.parameters.set('flags/manual-messages', flag);

      expect((await redrive(failed.id)).status).toBe(202);
    },
  );

  it('redrives once for two concurrent requests', async () => {
    const failed = aMessage({ status: 'failed' });
    given(failed);

    const answers = await Promise.all([
      redrive(failed.id, { reason: 'one' }),
      redrive(failed.id, { reason: 'two' }),
    ]);

    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(row(failed.id)?.redrives).toHaveLength(1);
  });

  it.each(['msg_20260301120000_0000000000000000', 'msg_1'])('returns 404 for %s', async (id) => {
    expect(await redrive(id)).toMatchObject({
      status: 404,
      body: { error: { code: 'MESSAGE_NOT_FOUND' } },
    });
  });

  it.each([
    { body: {}, path: 'reason' },
    { body: { reason: '' }, path: 'reason' },
    { body: { reason: ' \n ' }, path: 'reason' },
    { body: { reason: 'x'.repeat(501) }, path: 'reason' },
    { body: { reason: 5 }, path: 'reason' },
    { body: { reason: 'x', by: 'user:other' }, path: 'by' },
    { body: [], path: '' },
  ])('returns 400 for $body, and names $path', async ({ body, path }) => {
    const failed = aMessage({ status: 'failed' });
    given(failed);

    const answer = await redrive(failed.id, body);

    expect(answer.status).toBe(400);
    expect(answer.body.error?.details?.map((detail) => detail.path)).toEqual([path]);
    expect(row(failed.id)).toEqual(failed);
  });

  it.each(['fail-before', 'fail-after', 'applied-twice', 'throttle'] as const)(
    'redrives once when it is repeated, although a call meets %s',
    async (kind) => {
      const failed = aMessage({ status: 'failed' });
      given(failed);
      await redrive(failed.id);
      const calls = api.wire.calls().length;
      expect(calls).toBe(5);

      for (let n = 1; n <= calls; n += 1) {
        api.dynamo.reset();
        api.wire.reset();
        given(failed);
        api.wire.decide((call) => (call.n === n ? { kind } : undefined));

        const first = await redrive(failed.id);
        api.wire.decide(undefined);
        const second = await redrive(failed.id);

        const place = `${kind} at call ${n}`;
        expect([202, 503], place).toContain(first.status);
        expect([202, 409], place).toContain(second.status);
        expect(row(failed.id), place).toMatchObject({ status: 'queued', due_bucket: 'due' });
        expect(row(failed.id)?.redrives, place).toHaveLength(1);
      }
    },
  );
});
