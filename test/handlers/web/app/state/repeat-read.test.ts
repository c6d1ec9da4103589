import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repeatRead } from '#handlers/web/app/state/repeat-read.ts';

const POLL_MS = 5_000;

let page: ReturnType<typeof installPage>;
beforeEach(() => {
  vi.useFakeTimers();
  page = installPage();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page that can be hidden, on a device that can be online again. */
const installPage = () => {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const window = new EventTarget();
  vi.stubGlobal('document', document);
  vi.stubGlobal('window', window);
  return {
    show: (visibilityState: 'visible' | 'hidden') => {
      document.visibilityState = visibilityState;
      document.dispatchEvent(new Event('visibilitychange'));
    },
    goOnline: () => window.dispatchEvent(new Event('online')),
  };
};

/** Reads that end when a test says so. */
const start = (waitMs: (data: number | undefined) => number | undefined = () => POLL_MS) => {
  const open: { resolve: (data: number) => void; reject: (error: unknown) => void }[] = [];
  const signals: AbortSignal[] = [];
  const shown: unknown[] = [];
  const { read, stop } = repeatRead<number>({
    load: (signal) => {
      signals.push(signal);
      return new Promise((resolve, reject) => open.push({ resolve, reject }));
    },
    waitMs,
    onStart: () => {},
    onData: (data) => shown.push(data),
    onError: (error) => shown.push(error),
  });
  const end = async (data: number | Error) => {
    const last = open.at(-1);
    if (data instanceof Error) last?.reject(data);
    else last?.resolve(data);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { read, stop, end, shown, signals, count: () => open.length };
};

describe('repeatRead', () => {
  it('reads again after the wait, also after an error', async () => {
    const { end, shown, count } = start();
    const error = new Error('no');

    await end(error);
    await vi.advanceTimersByTimeAsync(POLL_MS);
    await end(2);

    expect(shown).toEqual([error, 2]);
    expect(count()).toBe(2);
  });

  it('reads once when there is no wait', async () => {
    const { end, count } = start(() => undefined);

    await end(1);
    await vi.advanceTimersByTimeAsync(10 * POLL_MS);

    expect(count()).toBe(1);
  });

  it('has one read in progress, and another one after it when it was asked to read meanwhile', async () => {
    const { read, end, shown, count } = start(() => undefined);

    read();
    read();
    expect(count()).toBe(1);
    await end(1);
    expect(count()).toBe(2);
    await end(2);

    expect(shown).toEqual([1, 2]);
    expect(count()).toBe(2);
  });

  it('does not read while the page is hidden, and reads at once when it is visible again', async () => {
    const { end, count } = start();
    await end(1);

    page.show('hidden');
    await vi.advanceTimersByTimeAsync(10 * POLL_MS);
    expect(count()).toBe(1);
    page.show('visible');

    expect(count()).toBe(2);
  });

  it('reads when the device is online again', async () => {
    const { end, count } = start();
    await end(new Error('offline'));

    page.goOnline();

    expect(count()).toBe(2);
  });

  it('aborts, shows nothing and reads no more after it was stopped', async () => {
    const { read, stop, end, shown, signals, count } = start();

    stop();
    await end(1);
    read();
    page.goOnline();
    page.show('visible');
    await vi.advanceTimersByTimeAsync(10 * POLL_MS);

    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(shown).toEqual([]);
    expect(count()).toBe(1);
  });
});
