import { countsOf, sumCounts } from '#lib/counters/counts.ts';
import { finishRecount, type Hour, readHours, saveRecount } from '#lib/data/counters/hours.ts';
import { findPositions } from '#lib/data/messages/message-lists.ts';
import type { ProduceDeps } from '#lib/engine/produce.ts';
import type { Message } from '#lib/messages/message.ts';
import { HOUR_MS, hourStart, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { readRows } from './read-rows.ts';

export interface RecountDeps extends Pick<ProduceDeps, 'clock' | 'log'> {
  stage: Stage;
  /** Stop at this time; the next tick continues. Milliseconds since the Unix epoch. */
  deadlineMs: number;
}

/** The two recounts of an hour are due this many hours after it closed. */
const FIRST_H = 1;
const SECOND_H = 24;
/** After an outage, the sweeper recounts hours up to this age. */
const LOOK_BACK_H = 48;
/** A batch may still add a message that ended less than this ago. Milliseconds. */
const SETTLE_MS = 6 * MINUTE_MS;
const PAGE = 100;
/** An hour without messages takes one page too. */
const PAGES_PER_TICK = 50;

/**
 * Recounts closed hours from the messages that were created in them, and corrects counters that are wrong because an
 * addition was lost or repeated: once an hour after the hour closed, and once a day after. A large hour takes several
 * ticks.
 * @returns the work of one tick, which returns the number of finished hours; it remembers when the next hour is due
 */
export const hourlyRecount = (): ((deps: RecountDeps) => Promise<number>) => {
  let idleUntilMs = 0;
  return async (deps) => {
    const nowMs = deps.clock.now();
    if (nowMs < idleUntilMs) return 0;
    const hours = await unfinishedHours(nowMs);
    const budget = { pages: PAGES_PER_TICK };
    let finished = 0;
    for (const hour of hours) {
      if (await recount(hour, budget, deps)) finished += 1;
      if (isSpent(budget, deps)) break;
    }
    if (finished === hours.length) idleUntilMs = hourStart(nowMs) + HOUR_MS;
    return finished;
  };
};

interface Due {
  row: Hour;
  /** Which of the two recounts is due. */
  nth: 1 | 2;
}

type Budget = { pages: number };

/** The oldest hour first, because it is the first to become too old. */
const unfinishedHours = async (nowMs: number): Promise<Due[]> => {
  const openMs = hourStart(nowMs);
  const ages = Array.from({ length: LOOK_BACK_H - FIRST_H }, (_, n) => LOOK_BACK_H - n);
  const rows = await readHours(ages.map((age) => openMs - age * HOUR_MS));
  const known = new Map(rows.map((row) => [row.startMs, row]));
  return ages.flatMap((age) => {
    const startMs = openMs - age * HOUR_MS;
    const row = known.get(startMs) ?? { startMs };
    const nth = age > SECOND_H ? 2 : 1;
    return (row.recounts ?? 0) < nth ? [{ row, nth } as const] : [];
  });
};

/** @returns whether the hour is finished */
const recount = async ({ row, nth }: Due, budget: Budget, deps: RecountDeps): Promise<boolean> => {
  const { stage, clock, log } = deps;
  const { startMs, adds = 0 } = row;
  const window = { stage, createdFromMs: startMs, createdBeforeMs: startMs + HOUR_MS };
  const isResumable = row.recount?.adds === adds;
  let { after, counts } = isResumable && row.recount ? row.recount : { counts: {} };

  for (let hasMore = true; hasMore; ) {
    if (isSpent(budget, deps)) {
      await saveRecount(startMs, { adds, counts, ...(after && { after }) });
      return false;
    }
    budget.pages -= 1;
    const page = await findPositions(window, after, PAGE);
    const ids = page.positions.map(({ id }) => id);
    const { rows } = await readRows(ids, { log, consistent: false });
    for (const message of rows.values()) {
      if (hasEndedSince(message, clock.now() - SETTLE_MS)) return false;
      counts = sumCounts(counts, countsOf(message));
    }
    after = page.positions.at(-1) ?? after;
    hasMore = page.hasMore;
  }
  return finishRecount(startMs, nth, { adds, counts });
};

const isSpent = ({ pages }: Budget, { clock, deadlineMs }: RecountDeps): boolean =>
  pages <= 0 || clock.now() >= deadlineMs;

const hasEndedSince = ({ processing_completed_at: ended }: Message, sinceMs: number): boolean =>
  ended !== undefined && Date.parse(ended) > sinceMs;
