import { beforeEach, describe, expect, it } from 'vitest';
import { readRows } from '#lib/engine/sweep/read-rows.ts';
import type { Message } from '#lib/messages/message.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { log } = world;
beforeEach(() => world.reset());

const anInvalidRow = () => {
  const { payload: _, ...row } = aMessage();
  return row as Message;
};

describe('readRows', () => {
  it.each([
    { consistent: undefined, readUnits: 1 },
    { consistent: true, readUnits: 1 },
    { consistent: false, readUnits: 0.5 },
  ])(
    'reads each row for $readUnits units, also next to a row that is not valid ($consistent)',
    async ({ consistent, readUnits }) => {
      const [message, broken] = [aMessage(), anInvalidRow()];
      world.given(message, broken);
      const options = consistent === undefined ? { log } : { log, consistent };

      const together = await readRows([message.id], options);
      const apart = await readRows([message.id, broken.id], options);

      expect(together).toEqual({ rows: new Map([[message.id, message]]), unreadable: new Set() });
      expect(apart).toEqual({
        rows: new Map([[message.id, message]]),
        unreadable: new Set([broken.id]),
      });
      expect(world.db.operations.map((operation) => operation.readUnits)).toEqual(
        [1, 2, 1, 1].map((rows) => rows * readUnits),
      );
      expect(log.at('error')).toMatchObject([
        { message: 'row is not a valid message', fields: { message_id: broken.id } },
      ]);
    },
  );

  it('leaves out rows that do not exist', async () => {
    const { rows, unreadable } = await readRows([aMessage().id], { log });

    expect([rows.size, unreadable.size]).toEqual([0, 0]);
  });

  it('throws when the store fails between the single reads', async () => {
    const [message, broken] = [aMessage(), anInvalidRow()];
    world.given(message, broken);
    let reads = 0;
    world.wire.decide(() => {
      reads += 1;
      return reads === 3 ? { kind: 'fail-before' } : undefined;
    });

    await expect(readRows([message.id, broken.id], { log })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
  });
});
