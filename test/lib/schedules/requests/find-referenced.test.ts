import { describe, expect, it } from 'vitest';
import { findReferenced, findUndeleted } from '#lib/schedules/requests/find-referenced.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aSchedule, SOME_ID } from '#test/support/schedules.ts';

const findersOf = (...rows: Schedule[]) => ({
  findAny: async (id: string) => rows.find((row) => row.id === id),
  findByName: async (name: string) => rows.filter((row) => row.name === name),
});

describe('the schedule that a message means', () => {
  const deleted = aSchedule({ name: 'tea', status: 'deleted' });
  const paused = aSchedule({ id: SOME_ID, name: 'tea', status: 'paused' });

  it('is the one of its name that is not deleted', async () => {
    const finders = findersOf(deleted, paused);

    expect(await findReferenced({ name: 'tea' }, finders)).toEqual([deleted, paused]);
    expect(await findUndeleted({ name: 'tea' }, finders)).toBe(paused);
    expect(await findUndeleted({ id: SOME_ID }, finders)).toBe(paused);
  });

  it('does not exist when it is deleted, unknown or not named', async () => {
    const finders = findersOf(deleted);

    expect(await findUndeleted({ name: 'tea' }, finders)).toBeUndefined();
    expect(await findUndeleted({ id: deleted.id }, finders)).toBeUndefined();
    expect(await findUndeleted({ id: SOME_ID }, finders)).toBeUndefined();
    expect(await findUndeleted(undefined, finders)).toBeUndefined();
    expect(await findReferenced({ id: SOME_ID }, finders)).toEqual([]);
  });
});
