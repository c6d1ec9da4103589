import { describe, expect, it } from 'vitest';
import { timedApproval } from '#handlers/web/app/approvals/use-approval.ts';
import { anApproval } from './an-approval.ts';

const DATE = 'Sun, 01 Mar 2026 12:10:00 GMT';
const NOW_MS = Date.parse(DATE);
const EXPIRY_MS = Date.parse('2026-03-01T12:30:00.000Z');
const MINUTE_MS = 60_000;

describe('timedApproval', () => {
  it('moves the expiry by the time that the clock of the device is ahead or behind', () => {
    for (const aheadMs of [7 * MINUTE_MS, -7 * MINUTE_MS]) {
      const { expiresAtMs } = timedApproval(anApproval(), DATE, NOW_MS + aheadMs);

      expect(expiresAtMs).toBe(EXPIRY_MS + aheadMs);
    }
  });

  it('ignores a difference that rounding and the way of the response explain, and a missing date', () => {
    expect(timedApproval(anApproval(), DATE, NOW_MS + 4_000).expiresAtMs).toBe(EXPIRY_MS);
    expect(timedApproval(anApproval(), null, NOW_MS + 7 * MINUTE_MS).expiresAtMs).toBe(EXPIRY_MS);
    expect(timedApproval(anApproval(), 'x', NOW_MS + 7 * MINUTE_MS).expiresAtMs).toBe(EXPIRY_MS);
  });
});
