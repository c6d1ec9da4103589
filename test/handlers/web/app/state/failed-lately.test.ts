import { describe, expect, it } from 'vitest';
import { failedCountText, failedLately } from '#handlers/web/app/state/failed-lately.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const HOUR_MS = 3_600_000;

const failedAgo = (hours: number) => ({
  id: `msg_${hours}`,
  error_code: 'EXPIRED',
  updated_date: new Date(NOW - hours * HOUR_MS).toISOString(),
});

describe('failedLately', () => {
  it('counts a message by the time at which it failed', () => {
    const page = [failedAgo(1), failedAgo(25), failedAgo(23)];

    const { messages } = failedLately(page, { hasMore: false, nowMs: NOW });

    expect(messages.map(({ id }) => id)).toEqual(['msg_1', 'msg_23']);
  });

  it('says that there are more only when the whole page failed lately', () => {
    const options = { hasMore: true, nowMs: NOW };

    expect(failedCountText(failedLately([failedAgo(1), failedAgo(2)], options))).toBe('2+');
    expect(failedCountText(failedLately([failedAgo(1), failedAgo(30)], options))).toBe('1');
  });
});
