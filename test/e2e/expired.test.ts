import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS, iso } from '#lib/platform/clock.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { wakeUpOf } from './support/queues.ts';
import { aRow } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

const hourKey = (ms: number) => ({ day: iso(ms).slice(0, 10), hour: iso(ms).slice(11, 13) });

describe('expired pushes (F27)', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(() => scene.close());

  it('are not sent, and those of one hour cause one summary, which causes no other', async () => {
    const { completed, eventually, queues, renew, rows, row, sendsOf, sweep } = scene;
    const nowMs = Date.now();
    const over = {
      created_date: iso(nowMs - 4 * 24 * HOUR_MS),
      valid_until: iso(nowMs - 60_000),
      next_due_at: iso(nowMs - 60_000),
      updated_date: iso(nowMs - 60_000),
    };
    const stale = [
      aRow('notify', { message: 'Yesterday one' }, over),
      aRow('notify', { message: 'Yesterday two' }, { ...over, due_bucket: 'held-notifications' }),
      aRow('notify', { message: 'Yesterday three' }, { ...over, due_bucket: 'held-ntfy' }),
    ];
    const late = aRow(
      'notify',
      { message: 'Woken too late' },
      { ...over, next_due_at: iso(nowMs + HOUR_MS) },
    );
    const summaryOfBefore = aRow(
      'notify',
      { message: 'A summary that nobody got' },
      { ...over, created_by: 'sweeper' },
    );
    const countNow = async () => {
      const hours = new Set([nowMs, Date.now()].map((ms) => iso(ms).slice(0, 13)));
      const found = await Promise.all(
        [...hours].map((hour) => rows.read('metrics', hourKey(Date.parse(`${hour}:00:00Z`)))),
      );
      return found.reduce((sum, counted) => sum + Number(counted?.expired_notify ?? 0), 0);
    };
    const countedBefore = await countNow();
    const all = [...stale, late, summaryOfBefore];
    for (const message of all) await rows.put(message);

    // A consumer gets one of them, the sweeper the others.
    await queues.send('notifications', [wakeUpOf(late)]);
    await sweep();
    const ended = await eventually('five expired rows', {}, async () => {
      const found = await Promise.all(all.map(({ id }) => row(id)));
      return found.every((message) => message?.status === 'failed') && found;
    });
    const counted = (await countNow()) - countedBefore;

    expect(ended.map((message) => message?.error_code)).toEqual(Array(5).fill('EXPIRED'));
    expect(all.flatMap(({ id }) => sendsOf(id))).toEqual([]);
    // Four pushes without the summary: the sweeper's own pushes are not reported when they expire.
    expect(counted).toBe(4);

    // Do not wait for the hour: put the same count into a closed hour.
    const closedMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS - 3 * HOUR_MS;
    await rows.edit('metrics', hourKey(closedMs), {
      expired_notify: counted,
      ttl: Math.floor(nowMs / 1_000) + 86_400,
    });
    // The sweeper reads closed hours once an hour. A sweeper that has just started reads them at once.
    await renew('sweeper');
    const run = `expired-${iso(closedMs).slice(0, 13)}`;
    await sweep();
    const [summary] = await completed(run, 1);
    await sweep();
    await sweep();

    expect(summary?.id).toBe(derivedMessageId(closedMs, 'expired', closedMs));
    expect(sendsOf(summary?.id ?? '')).toMatchObject([{ title: '4 messages expired' }]);
    expect(await rows.ofRun(run)).toHaveLength(1);
    expect(await rows.read('metrics', hourKey(closedMs))).toMatchObject({
      expired_reported: true,
    });
  });
});
