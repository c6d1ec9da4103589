import { describe, expect, it, vi } from 'vitest';
import { countOperations } from '#scripts/bench/operations.ts';

vi.stubEnv('LOG_LEVEL', 'info');

describe('one message from the post to the push', () => {
  it('makes exactly these AWS calls', async () => {
    const { message, post, keyedPost, get, list, toolCall, tick, steps, pushes } =
      await countOperations();

    expect(steps).toEqual([
      'PutItem messages 5 WRU',
      'UpdateItem metrics 1 WRU',
      'UpdateItem messages 3 WRU',
      'GetItem messages 1 RRU',
      'UpdateItem messages 5 WRU',
      'PutItem messages 5 WRU',
      'UpdateItem messages 3 WRU',
      'UpdateItem messages 4 WRU',
      'UpdateItem metrics 1 WRU',
      'GetItem messages 1 RRU',
      'UpdateItem messages 5 WRU',
      'UpdateItem messages 1 WRU',
      'UpdateItem messages 4 WRU',
      'UpdateItem metrics 1 WRU',
    ]);
    expect(message).toMatchObject({ writeUnits: 38, readUnits: 2, publishes: 2, queueRequests: 6 });
    expect(message.invocations).toBe(3);
    expect(pushes).toBe(2);
    expect(post).toMatchObject({ writeUnits: 9, readUnits: 0, publishes: 1, parameterReads: 0 });
    expect(keyedPost).toMatchObject({ writeUnits: 11, readUnits: 0, publishes: 1 });
    expect(get).toMatchObject({ writeUnits: 0, readUnits: 1 });
    expect(list.readUnits).toBeLessThan(50);
    expect(toolCall).toMatchObject({ writeUnits: 1, readUnits: 6, publishes: 0 });
    expect(toolCall.logBytes).toBeLessThan(350);
    expect(tick).toMatchObject({ writeUnits: 1, readUnits: 17, publishes: 0, parameterReads: 1 });
    expect(tick.logBytes).toBeLessThan(1_000);
  });
});
