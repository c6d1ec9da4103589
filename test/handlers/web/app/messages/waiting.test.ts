import { describe, expect, it } from 'vitest';
import type { RunMessage } from '#handlers/web/app/api/responses.ts';
import { holderOf, waitingOf } from '#handlers/web/app/messages/waiting.ts';
import { memberOf, runTree } from '#lib/messages/run-tree.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { aMessage, type MessageOverrides, START_MS } from '#test/support/builders.ts';

const aNode = (overrides: MessageOverrides): RunMessage =>
  runTree([memberOf(aMessage(overrides))]).root;

const waiting = (overrides: MessageOverrides, nowMs = START_MS + 1_000) =>
  waitingOf(aNode(overrides), nowMs);

describe('waitingOf', () => {
  it('is nothing for a message that is done', () => {
    expect(waiting({ status: 'completed' })).toBeUndefined();
    expect(waiting({ status: 'failed' })).toBeUndefined();
  });

  it('names the flag that holds a message, and where to switch it on', () => {
    const held = waiting({
      status: 'queued',
      due_bucket: 'held-web-actions',
      error_code: 'FEATURE_DISABLED',
    });

    expect(held?.kind).toBe('held');
    expect(held?.title).toContain('web-actions');
    expect(held?.link?.href).toBe('/flags');
  });

  it('leads to the approval that a message waits for', () => {
    const held = waiting({
      status: 'queued',
      due_bucket: 'held-approval',
      error_code: 'APPROVAL_PENDING',
      approval_id: 'appr_20260301120000_0000000000000001',
    });

    expect(held).toMatchObject({
      kind: 'held',
      title: 'Waits for approval.',
      link: { href: '/approvals/appr_20260301120000_0000000000000001' },
    });
  });

  it('names the service that a message is held for', () => {
    const held = waiting({
      status: 'queued',
      due_bucket: 'held-weather-gov',
      error_code: 'CIRCUIT_OPEN',
    });

    expect(held?.title).toContain('weather-gov');
    expect(held?.link?.href).toBe('/system');
  });

  it('says that a fire waits for the run before it', () => {
    const held = waiting({ status: 'created', due_bucket: 'held-overlap' });

    expect(held?.title).toBe('Waits for the run before it.');
  });

  it('says when a parked message is tried again, and after that time that it waits for its turn', () => {
    const not_before = iso(START_MS + MINUTE_MS);
    const message = { status: 'queued', error_code: 'HTTP_5XX', not_before } as const;

    expect(waiting(message)?.times[0]).toEqual({ label: 'Next try', at: not_before });
    expect(waiting(message, START_MS + 2 * MINUTE_MS)?.kind).toBe('queued');
  });

  it('says that nobody works on a message whose lease has ended', () => {
    expect(waiting({ status: 'processing' })?.kind).toBe('processing');
    expect(waiting({ status: 'processing' }, START_MS + 2 * MINUTE_MS)?.kind).toBe('abandoned');
  });
});

describe('holderOf', () => {
  it('is nothing for a message that waits for a time', () => {
    expect(holderOf({ due_bucket: 'due' })).toBeUndefined();
    expect(holderOf({})).toBeUndefined();
  });
});
