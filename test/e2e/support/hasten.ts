import { iso } from '#lib/platform/clock.ts';
import type { Rows } from './rows.ts';

/**
 * Do not wait for the minutes until leases expire or rows are due: make the rows due that were claimed, put or
 * changed before the last kill, because no process can be working on them.
 */
export const hasten = async (rows: Rows, run: string, deathMs: number): Promise<void> => {
  const past = iso(Date.now() - 10_000);
  for (const row of await rows.ofRun(run)) {
    const { status, updated_date, lease_until } = row;
    if (status === 'completed' || status === 'failed') continue;
    if (Date.parse(updated_date) >= deathMs || Date.parse(row.next_due_at ?? '') < Date.now())
      continue;
    await rows.editMessage(row.id, {
      next_due_at: past,
      ...(lease_until === undefined ? {} : { lease_until: past }),
    });
  }
};
