import { PurgeQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_STRIKES } from '#lib/messages/message.ts';
import { iso } from '#lib/platform/clock.ts';
import { logLines } from './support/eventually.ts';
import { wakeUpOf } from './support/queues.ts';
import { aRow } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';
import { deployBug } from './support/with-a-bug.ts';

describe('a job that throws', () => {
  let scene: Scene;
  let deployReal: () => Promise<void>;

  beforeAll(async () => {
    scene = await openScene();
    deployReal = await deployBug(scene.clients);
  });

  afterAll(async () => {
    await deployReal();
    await scene.close();
  });

  it('is parked with a strike each time and fails after eight, while the nine other messages of its batch complete (F11, F13)', async () => {
    const { clients, completed, eventually, queues, row, rows, sendsOf, sweep } = scene;
    const startMs = Date.now();
    const bug = aRow('scheduled', {}, { arguments: { operation: 'buggy' } });
    const neighbours = Array.from({ length: 9 }, (_, n) =>
      aRow('manual', { message: `Next to a bug ${n}` }),
    );
    const batch = [...neighbours.slice(0, 4), bug, ...neighbours.slice(4)];
    for (const message of batch) await rows.put(message);
    const strikes: unknown[] = [];

    await queues.send('messages', batch.map(wakeUpOf));
    for (let round = 1; round <= MAX_STRIKES; round += 1) {
      const parked = await eventually(
        `strike ${round}`,
        { runs: [bug.correlation_id] },
        async () => {
          const found = await row(bug.id);
          return found?.status === 'queued' && found.attempt === round && found;
        },
      );
      const { strikes: count, retry_count, error_code, due_bucket } = parked;
      strikes.push({ count, retry_count, error_code, due_bucket });
      const waitMs = Date.parse(parked.not_before ?? '') - Date.parse(parked.updated_date);
      // 1, 2, 4, 8, then 15 minutes. The test does not wait for them.
      expect(waitMs).toBe(Math.min(15, 2 ** (round - 1)) * 60_000);
      const past = iso(Date.now() - 10_000);
      await rows.editMessage(bug.id, { not_before: past, next_due_at: past });
      await sweep();
    }
    const failed = await eventually('its end', { runs: [bug.correlation_id] }, async () => {
      const found = await row(bug.id);
      return found?.status === 'failed' && found;
    });
    const done = await Promise.all(neighbours.map((one) => completed(one.correlation_id, 2)));

    expect(strikes).toEqual(
      Array.from({ length: MAX_STRIKES }, (_, n) => ({
        count: n + 1,
        retry_count: n + 1,
        error_code: 'INTERNAL',
        due_bucket: 'due',
      })),
    );
    expect(failed).toMatchObject({ error_code: 'ATTEMPTS_EXHAUSTED', attempt: MAX_STRIKES });
    expect(await rows.ofRun(bug.correlation_id)).toHaveLength(1);
    for (const [parent, push] of done) {
      expect(parent).toMatchObject({ attempt: 1, retry_count: 0 });
      expect(sendsOf(push?.id ?? '')).toHaveLength(1);
    }
    const ofTheBatch = (await logLines(clients, startMs)).filter(
      ({ name, text }) =>
        name === 'processor' &&
        batch.some(({ id }) => text.includes(id)) &&
        text.includes('"attempt":1'),
    );
    expect(ofTheBatch).toHaveLength(10);
    // The queue may deliver the ten in two batches. The one with the bug had other messages, too.
    const streamOfBug = ofTheBatch.find(({ text }) => text.includes(bug.id))?.stream;
    const together = ofTheBatch.filter(({ stream }) => stream === streamOfBug);
    expect(together.length).toBeGreaterThan(1);
  });
});

const OTHER_SHAPE = JSON.stringify({
  schema_version: '1.0',
  event_type: 'message_created',
  message: { id: 7 },
});

describe('a record that is not a usable wake-up', () => {
  let scene: Scene;
  const queuesWithDlq = ['messages', 'notifications'] as const;

  /** Do not wait for the six minutes between two receives. Seconds. */
  const setVisibility = async (seconds: number) => {
    for (const queue of queuesWithDlq) {
      await scene.clients.sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl: scene.queues.urlOf(queue),
          Attributes: { VisibilityTimeout: String(seconds) },
        }),
      );
    }
  };

  beforeAll(async () => {
    scene = await openScene();
    await setVisibility(2);
  });

  afterAll(async () => {
    await setVisibility(360);
    for (const queue of queuesWithDlq) {
      const QueueUrl = scene.queues.urlOf(`${queue}-dlq`);
      await scene.clients.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    }
    await scene.close();
  });

  it.each([
    { what: 'no JSON', queue: 'messages', type: 'manual', body: () => '{"schema_version":' },
    { what: 'JSON of another shape', queue: 'messages', type: 'manual', body: () => OTHER_SHAPE },
    {
      what: 'a type of another queue',
      queue: 'messages',
      type: 'manual',
      body: () => wakeUpOf(aRow('notify', { message: 'In the wrong queue' })),
    },
    { what: 'no JSON', queue: 'notifications', type: 'notify', body: () => 'not JSON' },
  ] as const)(
    'moves to the dead letters of $queue when it is $what, and the other records are processed (F11, F13)',
    async ({ queue, type, body }) => {
      const { completed, eventually, queues, rows } = scene;
      const neighbours = [1, 2].map((n) =>
        aRow(type, { message: `Beside something unreadable ${n}` }),
      );
      for (const message of neighbours) await rows.put(message);
      const [before, unreadable] = [await queues.depth(`${queue}-dlq`), body()];

      const [first = '', second = ''] = neighbours.map(wakeUpOf);
      await queues.send(queue, [first, unreadable, second]);
      const done = await Promise.all(
        neighbours.map((one) => completed(one.correlation_id, type === 'notify' ? 1 : 2)),
      );
      await eventually(
        `a dead letter of ${queue}`,
        {},
        async () => (await queues.depth(`${queue}-dlq`)) > before,
      );

      expect(done.flat().map(({ attempt }) => attempt)).toEqual(done.flat().map(() => 1));
      expect(await queues.depth(`${queue}-dlq`)).toBe(before + 1);
      expect(await queues.peek(`${queue}-dlq`)).toContain(unreadable);
    },
  );

  it.each([
    { what: 'an unknown message', warning: 'wake-up for an unknown message', finish: false },
    { what: 'a finished message', warning: 'wake-up for a finished message', finish: true },
  ])(
    'is acknowledged with one warning and changes nothing when it names $what',
    async ({ warning, finish }) => {
      const { clients, completed, drained, eventually, queues, row, rows, sendsOf } = scene;
      const startMs = Date.now();
      const [named, neighbour] = [
        aRow('notify', { message: 'Named' }),
        aRow('notify', { message: 'Neighbour' }),
      ];
      await rows.put(neighbour);
      if (finish) {
        await rows.put(named);
        await queues.send('notifications', [wakeUpOf(named)]);
        await completed(named.correlation_id, 1);
      }
      const before = await row(named.id);
      const dead = await queues.depth('notifications-dlq');

      await queues.send('notifications', [wakeUpOf(named), wakeUpOf(neighbour)]);
      await completed(neighbour.correlation_id, 1);
      const warnings = await eventually('a warning', {}, async () => {
        const lines = (await logLines(clients, startMs)).filter(
          ({ text }) => text.includes(named.id) && text.includes(warning),
        );
        return lines.length > 0 && lines;
      });
      await drained('notifications');

      expect(warnings).toHaveLength(1);
      expect(await row(named.id)).toEqual(before);
      expect(sendsOf(named.id)).toHaveLength(finish ? 1 : 0);
      expect(await queues.depth('notifications-dlq')).toBe(dead);
    },
  );
});
