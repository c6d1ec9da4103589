import { describe, expect, it, vi } from 'vitest';
import { lazily } from '#lib/platform/lazily.ts';

describe('lazily', () => {
  it('loads nothing before the first call, and once for all calls', async () => {
    const load = vi.fn(async () => async (a: number, b: number) => a + b);
    const sum = lazily(load);
    expect(load).not.toHaveBeenCalled();

    expect(await Promise.all([sum(1, 2), sum(3, 4)])).toEqual([3, 7]);
    expect(await sum(5, 6)).toBe(11);
    expect(load).toHaveBeenCalledOnce();
  });

  it('loads beforehand when asked to, and calls nothing', async () => {
    const called = vi.fn(async () => 'there');
    const load = vi.fn(async () => called);
    const call = lazily(load);

    await call.load();
    expect(load).toHaveBeenCalledOnce();
    expect(called).not.toHaveBeenCalled();
    expect(await call()).toBe('there');
    expect(load).toHaveBeenCalledOnce();
  });

  it('loads again after it failed to', async () => {
    const load = vi.fn(async () => async () => 'there');
    load.mockRejectedValueOnce(new Error('not there'));
    const call = lazily(load);

    await expect(call()).rejects.toThrow('not there');
    expect(await call()).toBe('there');
  });
});
