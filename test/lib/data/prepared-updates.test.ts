import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { $add, $remove, $set, UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { HourEntity } from '#lib/data/counters/hour-entity.ts';
import { addCounts } from '#lib/data/counters/hours.ts';
import {
  type MessageChanges,
  type MessageCondition,
  MessageEntity,
} from '#lib/data/messages/message-entity.ts';
import { preparedUpdates } from '#lib/data/prepared-updates.ts';
import { documentClient } from '#lib/data/table.ts';

const byToolbox = (changes: MessageChanges, condition: MessageCondition): UpdateCommandInput => {
  const { ToolboxItem: _, ...params } = MessageEntity.build(UpdateItemCommand)
    .item(changes)
    .options({ condition })
    .params();
  return params;
};

const text = fc.string({ minLength: 1 });
const status = fc.constantFrom('created', 'queued', 'processing', 'completed', 'failed');
const changes = fc.record(
  {
    id: text,
    status,
    claimed_by: fc.oneof(text, fc.constant($remove())),
    attempt: fc.constantFrom($add(1), $add(2), 7),
    result: fc
      .dictionary(text, fc.integer(), { noNullPrototype: true })
      .map((result) => $set(result)),
    error_message: fc.oneof(text, fc.constant(undefined)),
    ttl: fc.nat(),
  },
  { requiredKeys: ['id', 'ttl'] },
);
const leaf = fc.oneof(
  status.map((value): MessageCondition => ({ attr: 'status', eq: value })),
  fc
    .array(status, { minLength: 1, maxLength: 3 })
    .map((all): MessageCondition => ({ attr: 'status', in: all })),
  text.map((value): MessageCondition => ({ attr: 'claimed_by', eq: value })),
  fc.nat().map((value): MessageCondition => ({ attr: 'strikes', lt: value })),
  fc.boolean().map((exists): MessageCondition => ({ attr: 'not_before', exists })),
);
const condition = fc
  .array(leaf, { minLength: 1, maxLength: 3 })
  .map((all): MessageCondition => ({ and: [{ attr: 'attempt', eq: 3 }, { or: all }] }));

describe('a prepared update', () => {
  it('says what dynamodb-toolbox would, whatever shape came before it', () => {
    const prepared = preparedUpdates(byToolbox);

    fc.assert(
      fc.property(changes, condition, (change, when) => {
        expect(prepared(change, when)).toEqual(byToolbox(change, when));
      }),
    );
  });

  it('is built once for all values', () => {
    const build = vi.fn(byToolbox);
    const prepared = preparedUpdates(build);
    const at = (id: string, ttl: number) =>
      prepared({ id, ttl, claimed_by: $remove() }, { attr: 'attempt', eq: ttl });

    const [first, second] = [at('a', 1), at('b', 2)];

    expect(build).toHaveBeenCalledOnce();
    expect(first.Key).toEqual({ id: 'a' });
    expect(second.Key).toEqual({ id: 'b' });
    expect(Object.values(first.ExpressionAttributeValues ?? {})).toEqual([1, 1]);
    expect(Object.values(second.ExpressionAttributeValues ?? {})).toEqual([2, 2]);
  });

  it('is forgotten when shapes do not end, and built again', () => {
    const build = vi.fn(({ id, ...fields }: Record<string, unknown>) => ({
      TableName: 'table',
      Key: { id },
      ExpressionAttributeValues: fields,
    }));
    const prepared = preparedUpdates(build);
    const shapes = Array.from({ length: 2_000 }, (_, n) => ({ id: 'a', [`field_${n}`]: n }));

    for (const changes of [...shapes, ...shapes]) {
      const { id: _, ...fields } = changes;
      expect(prepared(changes, {}).ExpressionAttributeValues).toEqual(fields);
    }

    expect(build).toHaveBeenCalledTimes(2 * shapes.length);
  });

  it('is refused by the entity when its status is none', () => {
    const prepared = preparedUpdates(byToolbox);
    const odd: MessageChanges = { id: 'a', status: 'odd' as never };

    expect(() => prepared(odd, { attr: 'attempt', eq: 1 })).toThrow(/status/);
  });
});

describe('the counts of an hour', () => {
  it('are added as dynamodb-toolbox would add them', async () => {
    const sent = vi.spyOn(documentClient, 'send').mockImplementation(async () => ({}));
    const startMs = Date.parse('2026-03-01T12:00:00.000Z');

    for (const counts of [
      { created_manual: 1, took_03: 2 },
      { created_manual: 5, took_03: 0 },
    ]) {
      await addCounts(startMs, counts, { timeoutMs: 1_000 });
    }

    const { ToolboxItem: _, ...first } = HourEntity.build(UpdateItemCommand)
      .item({
        ...{ day: '2026-03-01', hour: '12', ttl: startMs / 1_000 + 31 * 24 * 60 * 60 },
        ...{ created_manual: $add(1), took_03: $add(2), adds: $add(1) },
      })
      .params();
    const [one, two] = sent.mock.calls.map(([{ input }]) => input as UpdateCommandInput);
    expect(one).toEqual(first);
    expect(two?.UpdateExpression).not.toBe(first.UpdateExpression);
    expect(Object.values(two?.ExpressionAttributeValues ?? {})).toContain(5);
    sent.mockRestore();
  });
});
