import { describe, expect, it, vi } from 'vitest';
import { fixedBill, loadOf, usageBill } from '#scripts/bench/bill.ts';
import { LOADS } from '#scripts/bench/cost.ts';
import { countOperations } from '#scripts/bench/operations.ts';
import { addBills, dollars } from '#scripts/bench/prices.ts';
import { tableOf } from '#test/support/pages.ts';

vi.stubEnv('LOG_LEVEL', 'info');

describe('cost.md', () => {
  // Not to the cent, because a tick reads a little more after the end of an hour.
  it('states the totals of a month that the benchmark counts, and their gates', async () => {
    const flow = await countOperations();
    const fixed = fixedBill(flow);
    const totals = LOADS.map((load) => dollars(addBills(usageBill(flow, loadOf(load)), fixed)));

    const rows = tableOf('docs/operations/cost.md', 'US dollars', 'fixed').map((row) =>
      Object.values(row).map((cell) => cell.replaceAll('*', '')),
    );
    const stated = rows
      .find(([name]) => name === 'in total')
      ?.slice(1)
      .map(Number);

    expect(stated).toEqual([dollars(fixed), ...totals].map((amount) => expect.closeTo(amount, 1)));
    expect(rows).toContainEqual(['gate', '', ...LOADS.map(({ gate }) => gate.toFixed(2))]);
  });
});
