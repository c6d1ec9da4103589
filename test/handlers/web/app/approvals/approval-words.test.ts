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
    const facts = ['Birdsfoot', 'x'.repeat(10_000), '3', '4', '5', '6', 'seventh'];
    const line = factsLine(facts.map((value) => ({ value })));

    expect(line).toMatch(/^Birdsfoot · x+ · 3 · 4 · 5 · 6$/);
    expect(line.length).toBeLessThan(200);
  });
});
