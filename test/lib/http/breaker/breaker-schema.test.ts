import { beforeEach, expect, it } from 'vitest';
import { readBreaker, writeBreaker } from '#lib/data/breakers.ts';
import { documentClient } from '#lib/data/table.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { START_MS } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';

const dynamo = installDynamo(documentClient);
beforeEach(() => dynamo.reset());

const STATE: BreakerState = {
  ...{ state: 'half_open', failures: 5, window_started_at: iso(START_MS - 9_000) },
  ...{ open_until: iso(START_MS + 1), reason: 'throttled', trial: 2, successes: 1 },
  ...{ trial_until: iso(START_MS + 2), throttled_since: iso(START_MS - 60_000) },
  ...{ echoes_sequence: false, echo_server: 'one' },
};

it('a breaker is stored with its version, the id of its last write and the end of its row', async () => {
  await writeBreaker('ntfy', STATE, { seen: undefined, nowMs: START_MS });

  expect(dynamo.rows(env('BREAKERS_TABLE'))).toEqual([
    {
      ...STATE,
      ...{ service_name: 'ntfy', version: 1, write_id: expect.stringMatching(/^[\w-]{36}$/) },
      ttl: (START_MS + 31 * DAY_MS) / 1_000,
    },
  ]);
});

it.each<[string, Record<string, unknown>]>([
  ['an unknown state', { state: 'ajar' }],
  ['an unknown reason', { reason: 'boredom' }],
  ['a number of failures that is a text', { failures: '5' }],
  ['no number of its trial', { trial: undefined }],
  ['no version', { version: undefined }],
])('a row with %s is not read as a breaker', async (_, fields) => {
  const row = { ...STATE, service_name: 'ntfy', version: 1, write_id: 'w', ttl: 1, ...fields };
  dynamo.put(env('BREAKERS_TABLE'), row);

  await expect(readBreaker('ntfy')).rejects.toThrow();
});
