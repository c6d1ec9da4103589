import { describe, expect, it, vi } from 'vitest';
import {
  type PartReaders,
  SYSTEM_PARTS,
  systemReports,
} from '#handlers/web-api/system/system-report.ts';
import { virtualClock } from '#test/support/clock.ts';
import { capturingLog } from '#test/support/log.ts';

const setup = (overrides: Partial<PartReaders> = {}) => {
  const clock = virtualClock();
  const log = capturingLog();
  const readers = {
    breakers: vi.fn(async () => []),
    queues: vi.fn(async () => []),
    sweeper: vi.fn(async () => ({ last_tick_at: null, age_seconds: null })),
    missing_parameters: vi.fn(async () => []),
    missing_secrets: vi.fn(async () => []),
    ...overrides,
  } satisfies PartReaders;
  const read = systemReports({ readers, clock });
  return { clock, log, readers, report: () => read(log) };
};

describe('the system report', () => {
  it.each(SYSTEM_PARTS)(
    'has null for %s if it cannot be read, and all other parts',
    async (part) => {
      const { log, report } = setup({ [part]: () => Promise.reject(new Error('down')) });

      const { unavailable, ...parts } = await report();

      const nulls = Object.entries(parts).filter(([, value]) => value === null);
      expect(nulls.map(([name]) => name)).toEqual([part]);
      expect(unavailable).toEqual([part]);
      expect(log.at('warn').map(({ fields }) => fields.part)).toEqual([part]);
    },
  );

  it.each(SYSTEM_PARTS)(
    'waits two seconds for %s, aborts its call, and then has null',
    async (part) => {
      let signal: AbortSignal | undefined;
      const { clock, report } = setup({
        [part]: (given: AbortSignal) => {
          signal = given;
          return new Promise(() => {});
        },
      });

      const reading = report();
      await clock.advance(2_000);
      const { unavailable } = await reading;

      expect(unavailable).toEqual([part]);
      expect(signal?.aborted).toBe(true);
      expect(clock.sleepers()).toBe(0);
    },
  );

  it('has null for a part whose reader throws synchronously', async () => {
    const { report } = setup({
      queues: () => {
        throw new Error('at once');
      },
    });

    expect((await report()).unavailable).toEqual(['queues']);
  });

  it.each([
    { part: 'breakers', cachedMs: 5_000 },
    { part: 'sweeper', cachedMs: 5_000 },
    { part: 'queues', cachedMs: 15_000 },
    { part: 'missing_parameters', cachedMs: 60_000 },
    { part: 'missing_secrets', cachedMs: 60_000 },
  ] as const)('reads $part again after $cachedMs ms', async ({ part, cachedMs }) => {
    const { clock, readers, report } = setup();
    await report();

    await clock.advance(cachedMs - 1);
    await report();
    expect(readers[part]).toHaveBeenCalledTimes(1);

    await clock.advance(1);
    await report();
    expect(readers[part]).toHaveBeenCalledTimes(2);
  });

  it('reads each part once for concurrent requests', async () => {
    const { readers, report } = setup();

    await Promise.all([report(), report(), report()]);

    for (const read of Object.values(readers)) expect(read).toHaveBeenCalledTimes(1);
  });

  it('reads a part that could not be read again with the next request', async () => {
    const queues = vi.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue([]);
    const { report } = setup({ queues });

    expect((await report()).unavailable).toEqual(['queues']);
    expect((await report()).unavailable).toEqual([]);
  });
});
