import { beforeEach, describe, expect, it } from 'vitest';
import { find, findAll, insert } from '#lib/data/messages/messages.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';

const TABLE = env('MESSAGES_TABLE');
const db = installDynamo(documentClient);
beforeEach(() => db.reset());

describe('a message', () => {
  it.each([
    ['with the required fields', {}],
    [
      'with lists and objects',
      {
        arguments: { a: [1, { b: null }] },
        result: { pages: [] },
        redrives: [{ at: '2026-03-01T12:00:00.000Z', by: 'user:ada', reason: 'corrected' }],
      },
    ],
    ['that has ended', { status: 'failed', error_code: 'INTERNAL', ttl: 1_800_000_000 }],
  ] as const)('%s is read as it was put', async (_, fields) => {
    const message = aMessage(fields as Partial<Message>);

    await insert(message);

    expect(db.rows(TABLE)).toEqual([message]);
    expect(await find(message.id)).toEqual(message);
    expect(await findAll([message.id])).toEqual([message]);
  });

  it('is read without the fields that a newer version added', async () => {
    const message = aMessage();
    db.put(TABLE, { ...message, newer: true });

    expect(await find(message.id)).toEqual(message);
  });

  it.each([
    ['without a payload', { payload: undefined }, 'payload'],
    ['of an unknown stage', { stage: 'secret' }, 'stage'],
    ['with a text as a number', { hop_count: '1' }, 'hop_count'],
    ['with null as a text', { claimed_by: null }, 'claimed_by'],
  ])('%s is neither put nor read, and the error names the field only', async (_, fields, field) => {
    const row = { ...aMessage(), ...fields };

    await expect(insert(row as unknown as Message)).rejects.toThrow(field);
    expect(db.rows(TABLE)).toEqual([]);

    db.put(TABLE, row);
    await expect(find(row.id)).rejects.toThrow(field);
    await expect(find(row.id)).rejects.not.toThrow('secret');
  });
});
