import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markTick, readLastTick } from '#lib/data/counters/last-tick.ts';
import { documentClient } from '#lib/data/table.ts';
import { installDynamo } from '#test/support/dynamodb.ts';

const AT_MS = Date.parse('2026-03-01T12:00:00.000Z');
const read = () => readLastTick(new AbortController().signal);

let db: ReturnType<typeof installDynamo>;
beforeEach(() => {
  db = installDynamo(documentClient);
});
afterEach(() => db.uninstall());

describe('the last tick', () => {
  it('is unknown before the first tick', async () => {
    expect(await read()).toBeUndefined();
  });

  it('is the latest tick that was marked, in any order', async () => {
    await markTick(AT_MS);
    await markTick(AT_MS + 60_000);
    await markTick(AT_MS + 30_000);

    expect(await read()).toBe('2026-03-01T12:01:00.000Z');
  });
});
