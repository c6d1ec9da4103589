import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { env } from '#lib/platform/env.ts';
import { type Api, jsonResponseOf, loadApi } from '#test/handlers/web-api/api.ts';
import { badRequests } from '#test/support/bad-input.ts';
import { TABLES } from '#test/support/dynamodb.ts';
import { httpEvent } from '#test/support/events.ts';

/** A request with a key leaves the record that its key can be used again. */
const KEY_RECORDS = env('IDEMPOTENCY_TABLE');

let api: Api;
beforeAll(async () => {
  api = await loadApi();
});
afterAll(() => api.close());
beforeEach(() => api.dynamo.reset());

const requests = Map.groupBy(badRequests(), ({ operation }) => operation);

describe.each([...requests])('%s', (_, ofOperation) => {
  it.each(ofOperation)(
    'answers $status $code to $kind, and leaves no row',
    async ({ method, path, rawQuery, headers, body, status, code, named }) => {
      const sent = httpEvent({ method, path, headers: { ...api.admin, ...headers }, body });
      const event = { ...sent, rawQueryString: rawQuery };

      const answer = jsonResponseOf(await api.raw(event));

      expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
      const paths = answer.body.error?.details?.map((detail) => detail.path) ?? [];
      const isNamed = paths.some((one) => one === named || one.startsWith(`${named}.`));
      expect(named === undefined || isNamed, paths.join()).toBe(true);
      const tables = Object.keys(TABLES).filter(
        (table) => table !== KEY_RECORDS || headers['idempotency-key'] === undefined,
      );
      expect(tables.flatMap((table) => api.dynamo.rows(table))).toEqual([]);
    },
  );
});
