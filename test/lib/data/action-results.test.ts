import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult, CachedValue } from '#lib/actions/action-records.ts';
import { deleteCached, findCached, putCached, putResult } from '#lib/data/action-results.ts';
import { documentClient } from '#lib/data/table.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { START_MS } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';

const TABLE = env('WEB_ACTION_RESULTS_TABLE');
const dynamo = installDynamo(documentClient);

beforeEach(() => dynamo.reset());
afterAll(() => dynamo.uninstall());

const aResult = (fields: Partial<ActionResult> = {}): ActionResult => ({
  id: 'result_1',
  message_id: 'msg_20260301120000_0000000000000000',
  action: 'weather',
  operation: 'get_forecast',
  status: 'success',
  execution_time_ms: 12,
  created_date: iso(START_MS),
  ttl: 4_000_000_000,
  ...fields,
});

const aCachedValue = (storedMs: number, value: string): CachedValue => ({
  id: 'cache_1',
  value,
  stored_at: iso(storedMs),
  ttl: storedMs / SECOND_MS + 60,
});

describe('a result', () => {
  it('stays as it was first put', async () => {
    await putResult(aResult());
    await putResult(aResult({ status: 'failed' }));

    expect(dynamo.rows(TABLE)).toEqual([aResult()]);
  });
});

describe('a cached value', () => {
  it('is found until its ttl, although DynamoDB deletes it later', async () => {
    await putCached(aCachedValue(START_MS, '1'));

    expect(await findCached('cache_1', START_MS + 59_999)).toMatchObject({ value: '1' });
    expect(await findCached('cache_1', START_MS + 60_000)).toBeUndefined();
  });

  it('is not replaced by an older one that is put later', async () => {
    await putCached(aCachedValue(START_MS, 'newer'));
    await putCached(aCachedValue(START_MS - 1, 'older'));

    expect(await findCached('cache_1', START_MS)).toMatchObject({ value: 'newer' });
  });

  it('is replaced by a newer one', async () => {
    await putCached(aCachedValue(START_MS, 'older'));
    await putCached(aCachedValue(START_MS + 1, 'newer'));

    expect(await findCached('cache_1', START_MS + 1)).toMatchObject({ value: 'newer' });
  });

  it('can be deleted more than once', async () => {
    await putCached(aCachedValue(START_MS, '1'));

    await deleteCached('cache_1');
    await deleteCached('cache_1');

    expect(dynamo.rows(TABLE)).toEqual([]);
  });

  it('has no message, so that the index of results does not contain it', async () => {
    await putCached(aCachedValue(START_MS, '1'));

    expect(dynamo.rows(TABLE)[0]).not.toHaveProperty('message_id');
  });
});
