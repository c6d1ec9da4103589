import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { dueBacklog } from '#scripts/soak/due-backlog.ts';
import { outage } from '#scripts/soak/outage.ts';

/** `make soak` runs the same with 100,000 messages. */
const small = (messages: number) => ({ messages, seed: 1, untilMs: Date.now() + 5 * MINUTE_MS });

describe('a backlog', () => {
  it('is published at a limited and falling rate by one or two sweepers, and then delivered once (F08)', async () => {
    const { broken, figures } = await dueBacklog({ ...small(1_050), silentMinutes: 12 });

    expect(broken).toEqual([]);
    expect(figures).toMatchObject({ 'pushes that arrived': 1_050, 'dead letters': 0 });
  });
});

describe('an outage of ntfy', () => {
  it('expires pushes without a late delivery, and reports each hour once (F27)', async () => {
    const validHours = { from: 0.3, to: 1.2 };
    const hours = { hours: 3, validHours, silentHours: 1 };

    const { broken, figures } = await outage({ ...small(200), ...hours });

    expect(broken).toEqual([]);
    expect(figures.expired).toBeGreaterThan(100);
  });

  it('costs a trial in a while and no dead letter, and every valid push arrives afterwards (F28)', async () => {
    const { broken, figures } = await outage({ ...small(200), hours: 2 });

    expect(broken).toEqual([]);
    expect(figures).toMatchObject({ 'delivered afterwards': 200, expired: 0, 'dead letters': 0 });
  });
});
