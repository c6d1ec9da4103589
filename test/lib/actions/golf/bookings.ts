import { bookTeeTime } from '#lib/actions/golf/book-tee-time.ts';
import { searchTeeTimes } from '#lib/actions/golf/search-tee-times.ts';
import type { IrreversibleOperation, Preparation } from '#lib/actions/irreversible.ts';
import type { Plan } from '#lib/effects/effect-schema.ts';
import { type GolfActionsOptions, golfActions } from './golf-actions.ts';

export type CourseKey = 'east' | 'west';

export interface FoundSlot {
  slot_id: string;
  start_time: string;
  holes: number;
  free_places: number;
  total_cents: number;
}

export const TUESDAY_DATE = '2026-07-07';

/** The effect `eff_1` without a history. */
const PREPARATION: Preparation = {
  effectId: 'eff_1',
  generation: 1,
  earlierMs: undefined,
  findConfirmed: async () => undefined,
};

/** Golf sites, and the steps of irreversible operations at one of them. */
export const bookings = async (at: CourseKey, options: GolfActionsOptions = {}) => {
  const world = await golfActions({ ...options, at });
  const search = async (over: object = {}): Promise<FoundSlot[]> => {
    const input = { course: at, date: TUESDAY_DATE, from: '08:00', players: 2, ...over };
    const found = (await world.run(searchTeeTimes, input)) as { slots: FoundSlot[] };
    return found.slots;
  };
  /** The input of a booking of the first tee time that a search finds. */
  const wish = async (over: object = {}) => {
    const [slot] = await search();
    if (slot === undefined) throw new Error('the search found nothing');
    const { slot_id, start_time } = slot;
    return { course: at, slot_id, start_time, players: 2, max_total_cents: 50_000, ...over };
  };
  /** The steps of an operation in one run. */
  const stepsOf = (operation: IrreversibleOperation) => {
    const { context, commitContext } = world.newRun();
    return {
      context,
      targetOf: (input: unknown) => operation.targetOf(input, context),
      prepare: (input: unknown, over: Partial<Preparation> = {}) =>
        operation.prepare(input, context, { ...PREPARATION, ...over }),
      commit: (plan: Plan) => operation.commit(plan, commitContext),
      release: (plan: Plan) => operation.release(plan, context),
      verify: (plan: Plan, excluded: readonly string[] = plan.known) =>
        operation.verify(plan, context, excluded),
    };
  };
  const book = async (over: object = {}) => {
    const steps = stepsOf(bookTeeTime);
    const plan = await steps.prepare(await wish(over));
    const receipt = await steps.commit(plan);
    return { plan, receipt, steps };
  };
  return { ...world, here: world.site(at), search, wish, stepsOf, book };
};
