import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { MessageEntity } from '#lib/data/messages/message-entity.ts';
import { find, insert } from '#lib/data/messages/messages.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Message } from '#lib/messages/message.ts';
import { aMessage } from '#test/support/builders.ts';

let send: MockInstance;

beforeEach(() => {
  send = vi.spyOn(documentClient, 'send').mockImplementation(async () => ({}));
});

afterEach(() => {
  send.mockRestore();
});

const inputs = () => send.mock.calls.map(([{ input }]) => input);

const asTheToolboxPuts = (message: Message) => {
  const { ToolboxItem: _, ...params } = MessageEntity.build(PutItemCommand)
    .item(message as never)
    .options({
      condition: { attr: 'id', exists: false },
      returnValuesOnConditionFalse: 'ALL_OLD',
    })
    .params();
  return params;
};

describe('a message', () => {
  it('is put as dynamodb-toolbox puts it, the first and every later one', async () => {
    const rows = [
      aMessage(),
      aMessage({ arguments: { a: [1] }, parent_id: 'msg_20260301120000_0000000000000001' }),
      { ...aMessage({ message_type: 'notify', hop_count: 3 }), novelty: true },
    ];

    for (const row of rows) await insert(row);

    expect(inputs()).toEqual(rows.map(asTheToolboxPuts));
  });

  it.each([
    ['has no payload', { payload: undefined as never }, 'payload'],
    ['is in no stage', { stage: 'lost' as never }, 'stage'],
    ['counts in texts', { hop_count: '1' as never }, 'hop_count'],
  ])('that %s is not put, as dynamodb-toolbox has it', async (_, wrong, named) => {
    const row = { ...aMessage(), ...wrong };
    await insert(aMessage());

    await expect(insert(row)).rejects.toThrow(named);

    expect(() => asTheToolboxPuts(row)).toThrow();
    expect(inputs()).toHaveLength(1);
  });

  it('is read as dynamodb-toolbox reads it, each by its own id', async () => {
    for (const id of ['a', 'b']) await find(id);

    expect(inputs()).toEqual(
      ['a', 'b'].map((id) =>
        MessageEntity.build(GetItemCommand).key({ id }).options({ consistent: true }).params(),
      ),
    );
  });
});
