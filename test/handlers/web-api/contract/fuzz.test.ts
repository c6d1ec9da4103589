import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { type Api, identities, loadApi, MESSAGES } from '#test/handlers/web-api/api.ts';
import { anApproval } from '#test/support/approvals.ts';
import { HOSTILE, nearlyValid, valid } from '#test/support/arbitrary.ts';
import { type ContractOperation, contract, parameterValue } from '#test/support/contract.ts';
import { leastCpuMs } from '#test/support/cpu.ts';
import { anEffect } from '#test/support/effects.ts';
import { httpEvent } from '#test/support/events.ts';
import {
  ApprovalRow,
  EffectRow,
  IdempotencyRecordRow,
  MessageRow,
  NameRow,
  QuotaRow,
  ScheduleRow,
} from '#test/support/row-schemas.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { SCHEDULES_TABLE } from '#test/support/schedules.ts';
import { skipSleeps } from '#test/support/skip-sleeps.ts';
import { startUserPool, type UserPool } from '#test/support/user-pool.ts';

/** `FUZZ_REQUESTS` sets the number of requests. `FUZZ_SEED` repeats a run. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 20_000);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** The requests of one sequence. Later ones use the ids of resources that earlier ones created. */
const SEQUENCE = 50;
const MAX_CPU_MS = 50;

/** The rows that requests write or change, by the prefix of their ids. */
const TABLES: Record<string, { kind: string; prefix: string; schema: z.ZodMiniType }[]> = {
  [MESSAGES]: [{ kind: 'message', prefix: 'msg_', schema: MessageRow }],
  [SCHEDULES_TABLE]: [
    { kind: 'schedule', prefix: 'sched_', schema: ScheduleRow },
    { kind: 'name', prefix: 'name:', schema: NameRow },
  ],
  [env('IDEMPOTENCY_TABLE')]: [
    { kind: 'idempotency-record', prefix: '', schema: IdempotencyRecordRow },
  ],
  [env('EFFECTS_TABLE')]: [
    { kind: 'effect', prefix: 'eff_', schema: EffectRow },
    { kind: 'quota', prefix: 'quota_', schema: QuotaRow },
  ],
  [env('APPROVALS_TABLE')]: [{ kind: 'approval', prefix: 'appr_', schema: ApprovalRow }],
};
const NO_KIND = { kind: 'none', schema: z.never() };

/** Rows that no request creates. @returns the ids that requests can name */
const putOutcomes = (dynamo: Api['dynamo']): string[] => {
  const quota = 'quota_book_tee_time_7_2026-W10';
  const plan = { known: [], data: {} };
  const effects = (['unknown', 'confirmed'] as const).map((status, n) =>
    anEffect({
      effect_id: `eff_${String(n).repeat(26)}`,
      status,
      plan,
      sent_at: iso(Date.now()),
      quota_keys: [quota],
    }),
  );
  const approvals = ['0', '1'].map((n) =>
    anApproval({
      id: `appr_20260301120000_${n.repeat(16)}`,
      requested_by: 'user:local',
      expires_at: iso(Date.now() + 30 * MINUTE_MS),
    }),
  );
  for (const effect of effects) dynamo.put(env('EFFECTS_TABLE'), { ...effect });
  dynamo.put(env('EFFECTS_TABLE'), { effect_id: quota, used: 2, ttl: effects[0]?.ttl });
  for (const approval of approvals) dynamo.put(env('APPROVALS_TABLE'), { ...approval });
  return [...effects.map(({ effect_id }) => effect_id), ...approvals.map(({ id }) => id)];
};

let api: Api;
let pool: UserPool;
let bridge: ReturnType<typeof installScheduler>;
/** A request may wait. Its sleeps are skipped, and the next request has the real time again. */
let time: ReturnType<typeof skipSleeps>;

beforeAll(async () => {
  pool = await startUserPool();
  pool.answer('/pool/jwks.json', { body: identities.jwks() });
  pool.answer('/oauth2/token', { status: 400, body: { error: 'invalid_grant' } });
  pool.answer('RevokeToken', { body: {} });
  pool.answer('GetTokensFromRefreshToken', {
    status: 400,
    body: { __type: 'NotAuthorizedException', message: 'no' },
  });
  api = await loadApi({
    LOGIN_URL: pool.origin,
    JWKS_URL: `${pool.origin}/pool/jwks.json`,
    LOCAL_ORIGINS: pool.origin,
  });
  const clock = await import('#lib/platform/clock.ts');
  time = skipSleeps(clock.systemClock);
  const { schedulerClient } = await import('#lib/schedules/event-bridge.ts');
  bridge = installScheduler(schedulerClient, { clock: clock.systemClock });
});
afterAll(async () => {
  vi.restoreAllMocks();
  bridge.uninstall();
  api.close();
  await pool.stop();
});

interface Request {
  /** Its id. */
  operation: string;
  method: string;
  /** A number: the id of a resource that an earlier request created. */
  id: number | string;
  query: [string, unknown][];
  headers: Record<string, string>;
  /** Text as it is sent. */
  body: string | undefined;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

const hostileText = fc.oneof(
  HOSTILE.map(textOf),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '{',
    '{"a":1,"a":2}',
    '{"__proto__":{"a":1}}',
    '[1e999]',
    '"\\ud800"',
    '\ufeff{}',
  ),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  fc.integer({ min: 1, max: 20_000 }).map((n) => `{${'"a":1,'.repeat(n)}"b":2}`),
);

const queryOf = ({ parameters }: ContractOperation): fc.Arbitrary<[string, unknown][]> => {
  const names = parameters.filter((one) => one.in === 'query');
  const good = names.map(({ name, schema }) =>
    fc.tuple<[string, unknown]>(
      fc.constant(name),
      fc.oneof({ weight: 6, arbitrary: valid(schema) }, HOSTILE),
    ),
  );
  const some: fc.Arbitrary<[string, unknown][]> =
    good.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...good), { maxLength: 3 });
  const bad = fc.array(fc.tuple<[string, unknown]>(fc.string(), HOSTILE), {
    minLength: 1,
    maxLength: 2,
  });
  return fc.oneof({ weight: 15, arbitrary: some }, bad);
};

const bodyOf = ({ body }: ContractOperation): fc.Arbitrary<string | undefined> =>
  body === undefined
    ? fc.option(hostileText, { nil: undefined, freq: 20 })
    : fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...body.examples).map(textOf) },
        { weight: 3, arbitrary: valid(body.schema).map((value) => JSON.stringify(value)) },
        { weight: 3, arbitrary: nearlyValid(body.schema).map((value) => JSON.stringify(value)) },
        { weight: 1, arbitrary: fc.oneof(hostileText, fc.constant(undefined)) },
      );

const someHeaders = fc.record(
  {
    'idempotency-key': fc.oneof(fc.constantFrom('a', 'b', 'c'), HOSTILE.map(textOf)),
    'x-correlation-id': fc.oneof(fc.stringMatching(/^[\w-]{1,64}$/), HOSTILE.map(textOf)),
    'if-match': HOSTILE.map(textOf),
    cookie: fc.oneof(fc.constant('rez-refresh=a.b'), HOSTILE.map(textOf)),
    origin: fc.constantFrom('null', 'https://app.example', 'https://app.example.evil.example'),
  },
  { requiredKeys: [] },
);

const requestOf = (operation: ContractOperation): fc.Arbitrary<Request> =>
  fc.record({
    operation: fc.constant(operation.id),
    method: fc.oneof(
      { weight: 40, arbitrary: fc.constant(operation.method) },
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'BREW'),
    ),
    id: fc.oneof({ weight: 6, arbitrary: fc.nat() }, HOSTILE.map(textOf)),
    query: queryOf(operation),
    headers: fc
      .tuple(
        someHeaders,
        fc.oneof({ weight: 20, arbitrary: fc.constant('application/json') }, HOSTILE.map(textOf)),
      )
      .map(([headers, type]) => ({ 'content-type': type, ...headers })),
    body: bodyOf(operation),
  });

const sequences = fc.array(fc.oneof(...contract.operations.map(requestOf)), {
  minLength: SEQUENCE,
  maxLength: SEQUENCE,
});

const operationOf = (id: string): ContractOperation => {
  const found = contract.operations.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no operation ${id}`);
  return found;
};

/** Whether the request matches the contract. Some rules, such as an end in the past, are not in the contract. */
const isInContract = ({ operation, query, headers, body }: Request): boolean => {
  const { parameters, body: expected } = operationOf(operation);
  const missing = parameters.filter(
    (one) => one.in === 'header' && one.required && !(one.name.toLowerCase() in headers),
  );
  if (missing.length > 0) return false;
  const isQueryGood = query.every(([name, value]) => {
    const schema = parameters.find((one) => one.in === 'query' && one.name === name)?.schema;
    return schema !== undefined && contract.fits(schema, parameterValue(textOf(value), schema));
  });
  if (!isQueryGood || expected === undefined) return isQueryGood;
  // Over HTTP, an empty body is no body.
  if (body === undefined || body === '') return !expected.isRequired;
  try {
    return contract.fits(expected.schema, JSON.parse(body));
  } catch {
    return false;
  }
};

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

it(`${REQUESTS} valid, invalid and hostile requests cause no 5xx, no response outside the contract, no row outside its schema and no more than 50 ms of CPU time each (F62, F68, F69); FUZZ_SEED=${SEED}`, async () => {
  const statuses = new Map<number, number>();
  const succeeded = new Set<string>();
  const rowsOf = new Map<string, number>();
  let sent = 0;

  const send = async (request: Request, made: readonly string[]) => {
    const { operation, method, id, query, headers, body } = request;
    const named = typeof id === 'number' ? (made[id % made.length] ?? 'none') : id;
    const path = operationOf(operation).path.replace(
      /\{\w+\}/,
      () => named.replace(/[/?#]/g, '') || 'x',
    );
    const rawQueryString = new URLSearchParams(
      query.map(([name, value]): [string, string] => [name, textOf(value)]),
    ).toString();
    const event = {
      ...httpEvent({ method, path, headers: { ...headers, ...api.admin }, body }),
      rawQueryString,
    };
    time.reset();
    const beforeMs = cpuMs();
    const answer = await api.raw(event);
    return { answer, costMs: cpuMs() - beforeMs };
  };

  const run = async (requests: readonly Request[]) => {
    api.dynamo.reset();
    const made = new Set(putOutcomes(api.dynamo));
    for (const request of requests) {
      const { answer, costMs } = await send(request, [...made]);
      const { statusCode = 0, body } = answer;
      sent += 1;
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      expect(statusCode).toBeLessThan(500);
      if (request.method === operationOf(request.operation).method && statusCode < 300) {
        expect(isInContract(request), `accepted: ${JSON.stringify(request).slice(0, 600)}`).toBe(
          true,
        );
        succeeded.add(request.operation);
        if (statusCode === 201) made.add((JSON.parse(body ?? '') as { id: string }).id);
      }
      if (costMs >= MAX_CPU_MS) {
        const again = await leastCpuMs(() => send(request, [...made]), MAX_CPU_MS);
        expect(again, 'CPU in milliseconds').toBeLessThan(MAX_CPU_MS);
      }
    }
    for (const [table, kinds] of Object.entries(TABLES)) {
      for (const row of api.dynamo.rows<{ id: string } | { effect_id: string }>(table)) {
        const id = 'id' in row ? row.id : row.effect_id;
        const { kind, schema } = kinds.find(({ prefix }) => id.startsWith(prefix)) ?? NO_KIND;
        rowsOf.set(kind, (rowsOf.get(kind) ?? 0) + 1);
        expect(z.safeParse(schema, row).error?.issues ?? [], JSON.stringify(row)).toEqual([]);
        // The scheduler creates the message of a run by hand. The caller requested it.
        if ('requested_by' in row) expect(row.requested_by).toBe('user:local');
        else if ('created_by' in row) expect(row.created_by).toBe('user:local');
        if ('stage' in row) expect(row.stage).toBe('dev');
      }
    }
    const rows = api.dynamo.rows<{ id: string; name: string; status: string }>(SCHEDULES_TABLE);
    for (const { id, name } of rows.filter(({ status }) => status !== 'deleted' && status)) {
      const owner = api.dynamo.get(SCHEDULES_TABLE, { id: `name:${name}` });
      expect(owner, name).toMatchObject({ schedule_id: id });
    }
  };

  await fc.assert(fc.asyncProperty(sequences, run), {
    seed: SEED,
    numRuns: Math.ceil(REQUESTS / SEQUENCE),
    endOnFailure: process.env.FUZZ_SEED === undefined,
  });

  const fine = [...statuses].reduce((sum, [status, n]) => sum + (status < 300 ? n : 0), 0);
  expect(sent).toBeGreaterThanOrEqual(REQUESTS);
  expect(fine / sent, 'share of requests that succeed').toBeGreaterThan(0.15);
  const kinds = Object.values(TABLES).flatMap((of) => of.map(({ kind }) => kind));
  expect([...rowsOf.keys()].sort()).toEqual(kinds.sort());
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 400, 404, 405, 415]));
});
