import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricsReport } from '#lib/counters/metrics-report.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessageId } from '#lib/platform/id.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

interface Page {
  data: Message[];
  pagination: { limit: number; cursor: string | null; has_more: boolean };
  count: number;
}

describe('the API', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
  });

  afterAll(() => scene.close());

  const post = async (message: string, run = newRun('api')) =>
    scene.api<Message>('/api/messages', {
      message_type: 'manual',
      correlation_id: run,
      payload: { message },
    });

  it('responds to a POST with the message, its Location and its creator', async () => {
    const { name } = await scene.signedIn('admin');
    const { status, headers, body } = await post('Where is it?');
    const found = await scene.api<Message>(headers.get('location') ?? '');

    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/messages/${body.id}`);
    expect(body).toMatchObject({ created_by: name, stage: 'dev', version: '1.0' });
    expect(found).toMatchObject({ status: 200, body: { id: body.id, message_id: body.id } });
  });

  it('returns a message with the values of its row', async () => {
    const { api, completed, row } = scene;
    const run = newRun('api');
    const posted = await post('Look at me', run);
    await completed(run, 2);

    const { status, body } = await api(`/api/messages/${posted.body.id}`);

    expect(status).toBe(200);
    expect(body).toEqual({ message_id: posted.body.id, ...(await row(posted.body.id)) });
  });

  it('includes a new message in the metrics at once', async () => {
    const { api, completed } = scene;
    const run = newRun('api');
    const before = await api<MetricsReport>('/api/metrics?time_range=168');
    await post('Count me', run);
    await completed(run, 2);

    const { status, body } = await api<MetricsReport>('/api/metrics?time_range=168');

    expect(status).toBe(200);
    expect(body.partial).toBe(false);
    expect(body.total).toBeGreaterThanOrEqual(before.body.total + 2);
    expect(body.by_type.manual).toBeGreaterThan(before.body.by_type.manual);
  });

  it.each([
    {
      what: 'that no message has',
      id: newMessageId(Date.now()),
      status: 404,
      code: 'MESSAGE_NOT_FOUND',
    },
    { what: 'that is malformed', id: 'msg_1', status: 404, code: 'MESSAGE_NOT_FOUND' },
  ])('responds with $status to an id $what', async ({ id, status, code }) => {
    expect(await scene.api(`/api/messages/${id}`)).toMatchObject({
      status,
      body: { error: { code } },
    });
  });

  it('returns every message exactly once over all pages, newest first (F63)', async () => {
    const { api, completed } = scene;
    const since = new Date().toISOString();
    const runs = Array.from({ length: 7 }, () => newRun('list'));
    const posted: string[] = [];
    for (const run of runs) posted.push((await post('One of seven', run)).body.id);
    await Promise.all(runs.map((run) => completed(run, 2)));

    const seen: Message[] = [];
    const pages: Page[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({
        created_after: since,
        message_type: 'manual',
        status: 'completed',
        limit: '3',
        ...(cursor === null ? {} : { cursor }),
      });
      const { status, body }: { status: number; body: Page } = await api<Page>(
        `/api/messages?${query}`,
      );
      expect(status).toBe(200);
      pages.push(body);
      seen.push(...body.data);
      cursor = body.pagination.cursor;
    } while (cursor !== null && pages.length < 10);

    const dates = seen.map(({ created_date }) => created_date);
    expect(seen.map(({ id }) => id).sort()).toEqual([...posted].sort());
    expect(dates).toEqual([...dates].sort().reverse());
    expect(pages.every(({ data, count }) => data.length <= 3 && data.length === count)).toBe(true);
    expect(pages.at(-1)?.pagination.has_more).toBe(false);
  });

  it('refuses the cursor of another query', async () => {
    const { api } = scene;
    await post('First');
    await post('Second');
    const first = await api<Page>('/api/messages?limit=1');

    const query = new URLSearchParams({ limit: '1', status: 'failed' });
    query.set('cursor', first.body.pagination.cursor ?? '');
    const answer = await api(`/api/messages?${query}`);

    expect(first.body.pagination.has_more).toBe(true);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'VALIDATION_ERROR', details: [{ path: 'cursor' }] } },
    });
  });

  it('reports every dependency as healthy in a deep health check', async () => {
    const { api } = scene;

    const plain = await api('/api/health');
    const deep = await api('/api/health?deep=true');

    expect(plain).toMatchObject({ status: 200, body: { status: 'healthy', stage: 'dev' } });
    expect(plain.body.checks).toBeUndefined();
    expect(deep).toMatchObject({
      status: 200,
      body: {
        status: 'healthy',
        checks: {
          dynamodb: { status: 'ok' },
          sns: { status: 'ok' },
          ssm: { status: 'ok' },
          ntfy: { status: 'ok' },
          policy: { status: 'ok' },
        },
      },
    });
  });

  it('reports degraded and continues to work while the breaker of ntfy is open', async () => {
    const { api, renew, resetBreaker, rows } = scene;
    await rows.edit(
      'circuit-breaker',
      { service_name: 'ntfy' },
      {
        ...{ state: 'open', failures: 10, trial: 0, successes: 0, version: 1, write_id: 'test' },
        ...{ reason: 'failures', ttl: Math.floor(Date.now() / 1_000) + 3_600 },
        open_until: new Date(Date.now() + 20_000).toISOString(),
      },
    );
    // web-api caches a report for half a minute. New processes create their own.
    await renew('web-api');

    const answer = await api('/api/health?deep=true');
    await resetBreaker();

    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'degraded',
        checks: { ntfy: { status: 'failed' }, dynamodb: { status: 'ok' } },
      },
    });
  });

  it('sends the same security headers with errors and with successful responses', async () => {
    const { api } = scene;

    const [good, bad] = await Promise.all([api('/api/health'), api('/api/messages/msg_1')]);

    expect([good.status, bad.status]).toEqual([200, 404]);
    for (const { headers } of [good, bad]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-correlation-id')).toMatch(/^[\w-]{1,64}$/);
    }
  });
});
