import { describe, expect, it } from 'vitest';
import { approvalStatusAt, factsLine } from '#handlers/web/app/approvals/approval-words.ts';
import { anApproval } from './an-approval.ts';

const EXPIRY_MS = Date.parse('2026-03-01T12:30:00.000Z');

describe('approvalStatusAt', () => {
  it('lets a pending approval expire exactly at its time', () => {
    expect(approvalStatusAt(anApproval(), EXPIRY_MS - 1)).toBe('pending');
    expect(approvalStatusAt(anApproval(), EXPIRY_MS)).toBe('expired');
  });

  it('keeps a decision after that time', () => {
    expect(approvalStatusAt(anApproval({ status: 'used' }), EXPIRY_MS + 1)).toBe('used');
  });
});

describe('factsLine', () => {
  it('joins the first values, and cuts long ones', () => {
    const values = ['Birdsfoot', 'x'.repeat(10_000), 'c', 'd', 'e', 'f', 'seventh'];

    const line = factsLine(values.map((value) => ({ label: 'Fact', value })));

    expect(line).toMatch(/^Birdsfoot · x+ · c · d · e · f$/);
    expect(line.length).toBeLessThan(200);
  });

  it('names what a number counts, and leaves out the limit, which has its own place', () => {
    const line = factsLine([
      { label: 'Course', value: 'Birdsfoot' },
      { label: 'Players', value: '2' },
      { label: 'At most', value: '$80.00' },
    ]);

    expect(line).toBe('Birdsfoot · Players: 2');
  });
});
