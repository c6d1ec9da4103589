import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  findSchedulePage,
  type ScheduleFilter,
  type SchedulePosition,
} from '#lib/data/schedules/schedule-lists.ts';
import { documentClient } from '#lib/data/table.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { SCHEDULE_STATUSES } from '#lib/schedules/schedule-schema.ts';
import { virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';
import { createWire } from '#test/support/wire.ts';

const wire = createWire();
const dynamo = installDynamo(documentClient, { clock: virtualClock(), wire });
beforeEach(() => {
  dynamo.reset();
  wire.reset();
});
afterAll(() => dynamo.uninstall());

type Wanted = Pick<Schedule, 'status' | 'created_by'> & { createdMs: number };

const store = (wanted: readonly Wanted[]): Schedule[] => {
  const rows = wanted.map(({ createdMs, ...row }, n) =>
    aSchedule({
      ...row,
      id: `sched_20260301120000_${String(n).padStart(8, '0')}`,
      name: `n${n}`,
      created_date: iso(createdMs),
    }),
  );
  for (const row of rows) dynamo.put(SCHEDULES_TABLE, { ...row });
  return rows;
};

/** All pages of a list, by following `next` to the end. */
const walk = async (filter: ScheduleFilter, limit: number) => {
  const pages: Schedule[][] = [];
  let after: SchedulePosition | undefined;
  do {
    const page = await findSchedulePage(filter, { limit, after });
    pages.push(page.schedules);
    after = page.next;
  } while (after !== undefined);
  return pages;
};

const AUTHORS = ['terraform', 'user:a', 'user:b'];
const someSchedules = fc.array(
  fc.record({
    // Few instants, so that many schedules share one.
    createdMs: fc.integer({ min: 0, max: 6 }).map((n) => 1_772_000_000_000 + n * 1_000),
    status: fc.constantFrom(...SCHEDULE_STATUSES),
    created_by: fc.constantFrom(...AUTHORS),
  }),
  { maxLength: 60 },
);
const aFilter: fc.Arbitrary<ScheduleFilter> = fc.record(
  {
    statuses: fc.subarray([...SCHEDULE_STATUSES], { minLength: 1 }),
    created_by: fc.constantFrom(...AUTHORS, 'user:nobody'),
  },
  { requiredKeys: ['statuses'] },
);

describe('findSchedulePage', () => {
  it('pages through exactly the schedules that an in-memory list would show, newest first (F63)', async () => {
    await fc.assert(
      fc.asyncProperty(
        someSchedules,
        aFilter,
        fc.integer({ min: 1, max: 12 }),
        async (wanted, filter, limit) => {
          dynamo.reset();
          const { statuses, created_by } = filter;
          const expected = store(wanted).filter(
            (row) =>
              statuses.includes(row.status) &&
              (created_by === undefined || row.created_by === created_by),
          );

          const pages = await walk(filter, limit);

          const listed = pages.flat();
          const dates = listed.map(({ created_date }) => created_date);
          expect(listed.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
          expect(dates).toEqual([...dates].sort().reverse());
          for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
          expect(pages.length).toBe(Math.max(1, Math.ceil(expected.length / limit)));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('finds the schedule of one creator among those of others without reading theirs', async () => {
    store(
      Array.from({ length: 400 }, (_, n) => ({
        createdMs: 1_772_000_000_000 + n * 1_000,
        status: 'deleted' as const,
        created_by: n === 0 ? 'user:rare' : 'user:other',
      })),
    );

    const filter = { statuses: ['deleted'] as const, created_by: 'user:rare' };
    const { schedules, next } = await findSchedulePage(filter, { limit: 1 });

    expect(schedules.map(({ name }) => name)).toEqual(['n0']);
    expect(next).toBeUndefined();
    expect(dynamo.operations.length).toBeLessThanOrEqual(2);
  });

  it('shows a schedule once whose status changes between the queries', async () => {
    const [row] = store([{ createdMs: 0, status: 'active', created_by: 'user:a' }]);
    wire.decide(({ n }) => {
      if (n === 2) dynamo.put(SCHEDULES_TABLE, { ...row, status: 'paused' });
      return undefined;
    });

    const { schedules } = await findSchedulePage({ statuses: ['active', 'paused'] }, { limit: 10 });

    expect(schedules.map(({ id, status }) => [id, status])).toEqual([[row?.id, 'paused']]);
  });
});
