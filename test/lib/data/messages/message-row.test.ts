import { EntityFormatter } from 'dynamodb-toolbox/entity/actions/format';
import { describe, expect, it } from 'vitest';
import { MessageEntity } from '#lib/data/messages/message-entity.ts';
import { messageOf } from '#lib/data/messages/message-row.ts';
import { aMessage } from '#test/support/builders.ts';

const asTheToolboxReads = (row: Record<string, unknown>) =>
  MessageEntity.build(EntityFormatter).format(row);

describe('a row', () => {
  it.each([
    ['as it is put', {}],
    ['with everything optional', { arguments: { a: 1 }, ttl: 1, error_code: 'INTERNAL' }],
    ['with a field of a newer version', { novelty: true }],
  ])('%s is the message that dynamodb-toolbox reads', (_, more) => {
    const row = { ...aMessage(), ...more };

    expect(messageOf(row)).toEqual(asTheToolboxReads(row));
  });

  it.each([
    ['without a payload', { payload: undefined }, 'payload'],
    ['whose attempt is a text', { attempt: '1' }, 'attempt'],
    ['whose optional error_code is a number', { error_code: 7 }, 'error_code'],
    ['in a state that does not exist', { status: 'lost' }, 'status'],
    ['whose claim is null', { claimed_by: null }, 'claimed_by'],
  ])('%s is none, as dynamodb-toolbox says', (_, more, named) => {
    const row = { ...aMessage(), ...more };

    expect(() => messageOf(row)).toThrow(named);
    expect(() => asTheToolboxReads(row)).toThrow();
  });
});
