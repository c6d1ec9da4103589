import { describe, expect, it, vi } from 'vitest';
import { lazily } from '#lib/platform/lazily.ts';

describe('lazily', () => {
  it('loads nothing before the first request, and once for all requests', async () => {
    const load = vi.fn(async () => ({ answer: 42 }));
    const value = lazily(load);
    expect(load).not.toHaveBeenCalled();

    const [first, second] = await Promise.all([value(), value()]);
    expect(first).toEqual({ answer: 42 });
    expect([second, await value()]).toEqual([first, first]);
    expect(load).toHaveBeenCalledOnce();
  });

  it('loads again after a failed load', async () => {
    const load = vi.fn(async () => 'loaded');
    load.mockRejectedValueOnce(new Error('not found'));
    const value = lazily(load);

    await expect(value()).rejects.toThrow('not found');
    expect(await value()).toBe('loaded');
  });
});
