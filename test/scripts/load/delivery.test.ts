import { describe, expect, it } from 'vitest';
import { deliveryOf, type LoadedMessage } from '#scripts/load/delivery.ts';

const AT = '2026-03-01T12:00:00.000Z';
const ENDED_MS = Date.parse(AT) + 1_500;

const message = (id: string, more: Partial<LoadedMessage> = {}): LoadedMessage => ({
  ...{ id, created_date: AT, status: 'completed' },
  ...more,
});
const push = (id: string, parent_id: string) =>
  message(id, { parent_id, processing_completed_at: '2026-03-01T12:00:01.500Z' });
const accepted = (...ids: string[]) => new Map(ids.map((id) => [id, message(id)]));

describe('deliveryOf', () => {
  it('finds nothing when each message has one push, and measures how long that took', () => {
    const pushes = [push('p1', 'm1'), push('p2', 'm2'), push('p3', 'of another run')];

    expect(deliveryOf(accepted('m1', 'm2'), pushes, ['p1', 'p2', 'p3'])).toEqual({
      ...{ lost: [], doubled: [] },
      latenciesMs: [1_500, 1_500],
      endsMs: [ENDED_MS, ENDED_MS],
    });
  });

  it('finds a message without a push, and one whose push did not arrive', () => {
    const { lost } = deliveryOf(
      accepted('m1', 'm2', 'm3'),
      [push('p1', 'm1'), push('p2', 'm2')],
      ['p1'],
    );

    expect(lost).toEqual(['m2', 'm3']);
  });

  it('finds a push that arrived twice, and a message with two pushes', () => {
    const pushes = [push('p1', 'm1'), push('p2', 'm2'), push('p3', 'm2')];

    const { doubled } = deliveryOf(accepted('m1', 'm2'), pushes, ['p1', 'p1', 'p2', 'p3']);

    expect(doubled).toEqual(['m1', 'm2']);
  });
});
