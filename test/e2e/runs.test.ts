import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FLAG_NAMES } from '#lib/config/flags.ts';
import type { Message } from '#lib/messages/message.ts';
import type { RunTree } from '#lib/messages/run-tree.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

describe('a request and its run', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
  });

  afterAll(() => scene.close());

  const post = (message: string, run: string, key: string) =>
    scene.api<Message>(
      '/api/messages',
      { message_type: 'manual', correlation_id: run, payload: { message } },
      { 'Idempotency-Key': key },
    );

  it('is processed once, however often it is sent with the same key (F03)', async () => {
    const { completed, sendsOf } = scene;
    const [run, key] = [newRun('once'), randomUUID()];

    const atOnce = await Promise.all(Array.from({ length: 5 }, () => post('Once', run, key)));
    const rows = await completed(run, 2);
    const later = await post('Once', run, key);
    const other = await post('Twice', run, key);

    const ids = atOnce.filter(({ status }) => status === 201).map(({ body }) => body.id);
    const push = rows.find(({ message_type }) => message_type === 'notify');
    expect(atOnce.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(new Set(ids).size).toBe(1);
    expect(later.headers.get('idempotency-replayed')).toBe('true');
    expect(later).toMatchObject({ status: 201, body: { id: ids[0] } });
    expect(later.headers.get('location')).toBe(`/api/messages/${ids[0]}`);
    expect(other).toMatchObject({ status: 422, body: { error: { code: 'IDEMPOTENCY_MISMATCH' } } });
    expect(sendsOf(push?.id ?? '')).toHaveLength(1);
  });

  it('shows the failed message in its tree, and can be redriven with a reason', async () => {
    const { api, completed, eventually, ntfy, rows } = scene;
    const run = newRun('redriven');
    ntfy.switchOn({ kind: 'status', status: 400, code: 40024, times: 1, only: 'publish' });
    const { body: posted } = await post('Second try', run, randomUUID());
    const failed = await eventually('a failed push', { runs: [run] }, async () =>
      (await rows.ofRun(run)).find(({ status }) => status === 'failed'),
    );

    const before = await api<RunTree>(`/api/messages/${failed.id}/run`);
    const redriven = await api<Message>(`/api/messages/${failed.id}/redrive`, {
      reason: 'ntfy works again',
    });
    await completed(run, 2);
    const again = await api(`/api/messages/${failed.id}/redrive`, { reason: 'once more' });
    const after = await api<RunTree>(`/api/messages/${posted.id}/run`);

    expect(before.body).toMatchObject({
      status: 'failed',
      root: {
        id: posted.id,
        status: 'completed',
        children: [{ id: failed.id, error_code: 'NTFY_40024' }],
      },
    });
    expect(redriven).toMatchObject({
      status: 202,
      body: { id: failed.id, redrives: [{ reason: 'ntfy works again' }] },
    });
    expect(redriven.body.redrives?.[0]?.by).toMatch(/^user:./);
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'NOT_FAILED' } } });
    expect(after.body).toMatchObject({ status: 'completed', count: 2, truncated: false });
  });

  it('shows the flags to every caller with a role', async () => {
    const { status, body } = await scene.api<{ data: { name: string; enabled: boolean }[] }>(
      '/api/flags',
    );

    expect(status).toBe(200);
    expect(body.data.map(({ name }) => name)).toEqual(FLAG_NAMES);
  });
});
