import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addServiceName, readBreaker, readServiceNames, writeBreaker } from '#lib/data/breakers.ts';
import { documentClient } from '#lib/data/table.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { type Dynamo, installDynamo } from '#test/support/dynamodb.ts';
import { heldLimits } from '#test/support/limits.ts';
import { createWire, type Fault } from '#test/support/wire.ts';

const TABLE = env('BREAKERS_TABLE');
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const wire = createWire();
let dynamo: Dynamo;

beforeEach(() => {
  wire.reset();
  dynamo = installDynamo(documentClient, { wire });
});
afterEach(() => dynamo.uninstall());

const closed: BreakerState = { state: 'closed', failures: 0, trial: 0, successes: 0 };
const full: BreakerState = {
  state: 'open',
  failures: 5,
  window_started_at: iso(NOW_MS - 9_000),
  open_until: iso(NOW_MS + 30_000),
  opened_at: iso(NOW_MS),
  reason: 'failures',
  trial: 2,
  trial_until: iso(NOW_MS + 15_000),
  successes: 1,
  throttled_since: iso(NOW_MS - 60_000),
  echoes_sequence: true,
  echo_server: 'one',
};

const write = async (state: BreakerState) =>
  writeBreaker('ntfy', state, { seen: await readBreaker('ntfy'), nowMs: NOW_MS });

/** The fault of the next update. */
const faultNextUpdate = (fault: Fault) => {
  wire.decide(({ name }) => {
    if (name !== 'dynamodb:UpdateItem') return undefined;
    wire.decide(undefined);
    return fault;
  });
};

describe('readBreaker', () => {
  it('returns undefined for a service without a row', async () => {
    await expect(readBreaker('ntfy')).resolves.toBeUndefined();
  });

  it('reads the written row with a consistent read', async () => {
    await write(full);

    await expect(readBreaker('ntfy')).resolves.toMatchObject({ ...full, version: 1 });
    expect(dynamo.operations.filter(({ command }) => command === 'GetItem')).toEqual([
      expect.objectContaining({ readUnits: 1 }),
      expect.objectContaining({ readUnits: 1 }),
    ]);
  });

  it('throws `unavailable` when the store is unavailable', async () => {
    wire.decide(() => ({ kind: 'fail-before' }));

    await expect(readBreaker('ntfy')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('waits at most one second for a store that does not respond', async () => {
    wire.decide(() => ({ kind: 'hang', at: 'before' }));
    const limits = heldLimits();
    const reading = readBreaker('ntfy');
    await expect.poll(wire.calls).toHaveLength(1);

    limits.end();

    await expect(reading).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(limits.askedMs).toEqual([1_000]);
  });
});

describe('writeBreaker', () => {
  it('removes the fields that the new state lacks', async () => {
    await write(full);

    await write(closed);

    expect(dynamo.get(TABLE, { service_name: 'ntfy' })).toEqual({
      ...closed,
      service_name: 'ntfy',
      version: 2,
      write_id: expect.any(String),
      ttl: (NOW_MS + 31 * DAY_MS) / 1_000,
    });
  });

  it('keeps fields of a newer version of the code', async () => {
    await write(full);
    dynamo.put(TABLE, { ...dynamo.get(TABLE, { service_name: 'ntfy' }), later: 'field' });

    await write(closed);

    expect(dynamo.get(TABLE, { service_name: 'ntfy' })).toMatchObject({ later: 'field' });
  });

  it.each([
    { says: 'appeared', prepare: async () => {}, meanwhile: () => write(full) },
    {
      says: 'changed',
      prepare: () => write(closed),
      meanwhile: () => write(full),
    },
    {
      says: 'went',
      prepare: () => write(closed),
      meanwhile: async () => dynamo.reset(),
    },
  ])('loses when the row $says since it was seen, and touches nothing', async (race) => {
    await race.prepare();
    const seen = await readBreaker('ntfy');
    await race.meanwhile();
    const before = dynamo.rows(TABLE);

    const written = await writeBreaker('ntfy', closed, { seen, nowMs: NOW_MS });

    expect(written).toBeUndefined();
    expect(dynamo.rows(TABLE)).toEqual(before);
  });

  it('recognises its own write when the response was lost and the request was repeated', async () => {
    faultNextUpdate({ kind: 'applied-twice' });

    await expect(write(full)).resolves.toMatchObject({ ...full, version: 1 });
  });

  it.each<Fault>([{ kind: 'fail-before' }, { kind: 'fail-after' }, { kind: 'throttle' }])(
    'is unavailable when nobody knows whether it was written ($kind)',
    async (fault) => {
      faultNextUpdate(fault);

      await expect(write(full)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    },
  );
});

describe('the list of service names', () => {
  const row = () => dynamo.get(TABLE, { service_name: 'names' });

  it('is empty while there is no row', async () => {
    await expect(readServiceNames()).resolves.toEqual([]);
  });

  it('keeps every name that was ever added, and never expires', async () => {
    await addServiceName('http-door');
    await addServiceName('cps-birdsfoot');
    await addServiceName('http-door');

    await expect(readServiceNames()).resolves.toEqual(['cps-birdsfoot', 'http-door']);
    expect(row()).toEqual({
      service_name: 'names',
      names: new Set(['http-door', 'cps-birdsfoot']),
    });
  });

  it('contains a name whose write was repeated once', async () => {
    faultNextUpdate({ kind: 'applied-twice' });

    await addServiceName('http-door');

    await expect(readServiceNames()).resolves.toEqual(['http-door']);
  });

  it('leaves out entries that cannot be names', async () => {
    dynamo.put(TABLE, { service_name: 'names', names: new Set(['names', 'A b', 'http-door']) });

    await expect(readServiceNames()).resolves.toEqual(['http-door']);
  });

  it.each<Fault>([{ kind: 'fail-before' }, { kind: 'fail-after' }, { kind: 'throttle' }])(
    'is unavailable when the store is ($kind)',
    async (fault) => {
      wire.decide(() => fault);

      const expected = { kind: 'unavailable', code: 'STORE_UNAVAILABLE' };
      await expect(addServiceName('http-door')).rejects.toMatchObject(expected);
      await expect(readServiceNames()).rejects.toMatchObject(expected);
    },
  );

  it('delays a call by at most one second', async () => {
    wire.decide(() => ({ kind: 'hang', at: 'before' }));
    const limits = heldLimits();
    const both = Promise.allSettled([addServiceName('http-door'), readServiceNames()]);
    await expect.poll(wire.calls).toHaveLength(2);

    limits.end();

    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(limits.askedMs).toEqual([1_000, 1_000]);
  });
});
