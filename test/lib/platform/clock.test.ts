import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { hourStart, iso, systemClock } from '#lib/platform/clock.ts';

describe('a sleep', () => {
  it('rejects with an AbortError when its signal aborts', async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(60_000, controller.signal);

    controller.abort();

    await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('until a time that has passed ends at once, without a warning of Node', async () => {
    const warned = vi.spyOn(process, 'emitWarning');

    await systemClock.sleep(-1_000);

    expect(warned).not.toHaveBeenCalled();
  });
});

describe('hourStart', () => {
  it.each([
    ['2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:59:59.999Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T00:00:00.001Z', '2026-03-01T00:00:00.000Z'],
  ])('of %s is %s', (time, start) => {
    expect(iso(hourStart(Date.parse(time)))).toBe(start);
  });
});

describe('iso', () => {
  it('formats every time of the years 1970 to 9999 as Date does', () => {
    const instant = fc.integer({ min: 0, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(fc.array(fc.oneof(instant, fc.constantFrom(0, 1, 1.5))), (instants) => {
        expect(instants.map(iso)).toEqual(instants.map((ms) => new Date(ms).toISOString()));
      }),
    );
  });

  it('throws for NaN, also after it formatted a time', () => {
    iso(1);

    expect(() => iso(Number.NaN)).toThrow(RangeError);
    expect(() => iso(Number.NaN)).toThrow(RangeError);
    expect(iso(1)).toBe('1970-01-01T00:00:00.001Z');
  });
});
