import { Entity } from 'dynamodb-toolbox/entity';
import { EntityFormatter } from 'dynamodb-toolbox/entity/actions/format';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { attributesOf, removalsOf } from '#lib/data/attributes.ts';

const Thing = z.object({
  id: z.string(),
  state: z.enum(['new', 'old']),
  count: z.int().check(z.nonnegative()),
  isReady: z.boolean(),
  content: z.record(z.string(), z.unknown()),
  list: z.optional(z.array(z.object({ at: z.string() }))),
  note: z.optional(z.string()),
});

const ThingEntity = new Entity({
  name: 'thing',
  table: new Table({ name: 'things', partitionKey: { name: 'id', type: 'string' } as const }),
  schema: item(attributesOf(Thing, ['id'])),
  entityAttribute: false,
  timestamps: false,
});

const A_THING = {
  id: 'a',
  state: 'new',
  count: 1,
  isReady: false,
  content: { deep: [{ n: 1 }] },
} as const;

const read = (row: Record<string, unknown>) => ThingEntity.build(EntityFormatter).format(row);
const put = (row: Record<string, unknown>) =>
  ThingEntity.build(PutItemCommand)
    .item(row as typeof A_THING)
    .params().Item;

describe('the attributes of a zod schema', () => {
  it.each([
    ['with the required fields', {}],
    ['with every field', { list: [{ at: 'noon' }], note: 'text' }],
  ])('write and read a record %s unchanged', (_, more) => {
    const thing = { ...A_THING, ...more };

    expect(put(thing)).toEqual(thing);
    expect(read(thing)).toEqual(thing);
  });

  it.each([
    ['a number for a text', { note: 7 }, 'note'],
    ['a text for a number', { count: '1' }, 'count'],
    ['a text for a boolean', { isReady: 'yes' }, 'isReady'],
    ['a value that the enum does not have', { state: 'secret' }, 'state'],
    ['no content', { content: undefined }, 'content'],
  ])('refuse %s and name the field, not the value', (_, more, field) => {
    for (const use of [put, read]) {
      expect(() => use({ ...A_THING, ...more })).toThrow(field);
      expect(() => use({ ...A_THING, ...more })).not.toThrow('secret');
    }
  });

  it('leave out a field that the schema does not have', () => {
    expect(read({ ...A_THING, newer: true })).toEqual(A_THING);
  });

  it('are removed by an update where they are optional, and only there', () => {
    expect(Object.keys(removalsOf(Thing))).toEqual(['list', 'note']);
  });
});
