import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type ActionConfiguration, defineOperation } from '#lib/actions/action.ts';
import type { CachedValue } from '#lib/actions/action-records.ts';
import { type CacheStore, cachedReads } from '#lib/actions/cached-reads.ts';
import { AppError } from '#lib/platform/errors.ts';
import { START_MS } from '#test/support/builders.ts';
import { capturingLog } from '#test/support/log.ts';

const CONFIGURATION: ActionConfiguration = {
  parameters: { contact: 'a', home: '1,2', courses: undefined, services: undefined },
  endpoint: async () => undefined,
};
const operation = defineOperation({
  action: 'tides',
  operation: 'get_tides',
  title: 'Tides',
  description: 'The tides.',
  input: z.strictObject({ port: z.string() }),
  output: z.strictObject({ metres: z.number() }),
  examples: [{ port: 'here' }],
  effect: 'read',
  services: ['tides'],
  auth: 'none',
  cache: { freshSeconds: 60, staleSeconds: 600 },
  run: async () => ({ metres: 1 }),
  isReusable: ({ metres }) => metres !== 0,
  present: ({ metres }) => [`${metres} m`],
});

let nowMs: number;
let rows: Map<string, CachedValue>;
let isDown: boolean;
const log = capturingLog();
const check = () => {
  if (isDown) throw new AppError('unavailable', 'STORE_UNAVAILABLE', 'down');
};
const store: CacheStore = {
  find: async (id, atMs) => {
    check();
    const row = rows.get(id);
    return row !== undefined && row.ttl * 1_000 > atMs ? row : undefined;
  },
  put: async (cached) => {
    check();
    rows.set(cached.id, cached);
  },
  remove: async (id) => {
    check();
    rows.delete(id);
  },
};
const { readThrough, remember, forget } = cachedReads({ store, clock: { now: () => nowMs }, log });

beforeEach(() => {
  nowMs = START_MS;
  rows = new Map();
  isDown = false;
  log.lines.length = 0;
});

const read = (metres: number, input: object = { port: 'here' }, configuration = CONFIGURATION) =>
  readThrough(operation, input, configuration, async () => ({ metres }));
const failing = (error: AppError) =>
  readThrough(operation, { port: 'here' }, CONFIGURATION, () => Promise.reject(error));
const outage = new AppError('unavailable', 'HTTP_5XX', 'down');

describe('a read', () => {
  it('is answered from the cache while the output is fresh, and then not', async () => {
    await read(1);

    nowMs += 59_999;
    expect(await read(2)).toEqual({ output: { metres: 1 } });
    nowMs += 1;
    expect(await read(3)).toEqual({ output: { metres: 3 } });
  });

  it.each([
    ['another input', { port: 'there' }, CONFIGURATION],
    [
      'another parameter',
      { port: 'here' },
      { ...CONFIGURATION, parameters: { ...CONFIGURATION.parameters, home: '3,4' } },
    ],
  ])('is not answered from the cache for %s', async (_what, input, configuration) => {
    await read(1);

    expect(await read(2, input, configuration)).toEqual({ output: { metres: 2 } });
  });

  it('uses an older output with its age while the service fails, until it is stale', async () => {
    await read(1);

    nowMs += 300_000;
    expect(await failing(outage)).toEqual({ output: { metres: 1 }, staleSeconds: 300 });
    nowMs += 300_000;
    await expect(failing(outage)).rejects.toBe(outage);
  });

  it.each([
    new AppError('invalid', 'REFUSED_BY_PROVIDER', 'wrong'),
    new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'no contact'),
  ])('does not hide $code behind an older output', async (error) => {
    await read(1);

    nowMs += 120_000;
    await expect(failing(error)).rejects.toBe(error);
  });

  it('does not cache an output that is not reusable', async () => {
    await read(0);

    expect(await read(2)).toEqual({ output: { metres: 2 } });
  });

  it('ignores a cached output of another shape', async () => {
    await read(1);
    for (const [id, row] of rows) rows.set(id, { ...row, value: '{"feet":3}' });

    expect(await read(2)).toEqual({ output: { metres: 2 } });
  });

  it('calls the service while the cache fails, and logs it', async () => {
    isDown = true;

    expect(await read(1)).toEqual({ output: { metres: 1 } });
    expect(log.lines.map(({ message }) => message)).toEqual([
      'cached value not read',
      'value not cached',
    ]);
  });
});

describe('a remembered value', () => {
  const schema = z.string();

  it('is loaded once for the same key, whatever the order of its properties', async () => {
    const first = await remember(
      { key: { a: 1, b: 2 }, freshSeconds: 60 },
      schema,
      async () => 'x',
    );
    const again = await remember(
      { key: { b: 2, a: 1 }, freshSeconds: 60 },
      schema,
      async () => 'y',
    );

    expect([first, again]).toEqual(['x', 'x']);
  });

  it('is loaded again after its time, and after it was forgotten', async () => {
    const load = (value: string) =>
      remember({ key: 'k', freshSeconds: 60 }, schema, async () => value);
    await load('first');

    nowMs += 60_000;
    expect(await load('second')).toBe('second');
    await forget('k');
    expect(await load('third')).toBe('third');
  });

  it('is not needed: forgetting never fails', async () => {
    isDown = true;

    await forget('k');

    expect(log.lines.map(({ message }) => message)).toEqual(['cached value not deleted']);
  });
});
