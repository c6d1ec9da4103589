import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wakeUpOf } from './support/queues.ts';
import { aRow } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

describe.concurrent('a wake-up that is delivered five times', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(() => scene.close());

  it.each([
    { how: 'in one batch', batches: [5] },
    { how: 'in five batches', batches: [1, 1, 1, 1, 1] },
  ])('$how causes one run and one push (F14)', async ({ how, batches }) => {
    const { completed, drained, queues, rows, sendsOf } = scene;
    const push = aRow('notify', { message: `Five times ${how}` });
    await rows.put(push);

    await Promise.all(
      batches.map((count) => queues.send('notifications', Array(count).fill(wakeUpOf(push)))),
    );
    await completed(push.correlation_id, 1);
    await drained('notifications');

    expect(await scene.row(push.id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(sendsOf(push.id)).toHaveLength(1);
  });

  it('to the processor creates one child, which is one push (F14)', async () => {
    const { completed, drained, queues, rows, sendsOf } = scene;
    const hello = aRow('hello_world', { message: 'Five times hello' });
    await rows.put(hello);

    await queues.send('messages', Array(5).fill(wakeUpOf(hello)));
    const [, child] = await completed(hello.correlation_id, 2);
    await drained('messages', 'notifications');

    expect(await rows.ofRun(hello.correlation_id)).toHaveLength(2);
    expect(sendsOf(child?.id ?? '')).toHaveLength(1);
  });
});
