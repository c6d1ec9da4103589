import * as z from 'zod/mini';
import { AppError } from '#lib/platform/errors.ts';
import { InstantMs } from '#lib/platform/instant.ts';
import { problemCollector } from '#lib/platform/problems.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { CONFIGURED_INTERVAL_MS } from './draft.ts';
import { requireInterval } from './timetable/interval.ts';
import { nextOccurrences } from './timetable/next-occurrences.ts';
import { parseWithAdvice } from './timetable/parse-with-advice.ts';

const DEFAULT_COUNT = 10;
const MAX_COUNT = 50;
const COUNT_RANGE = `must be 1 to ${MAX_COUNT}`;

/** What a caller sends to see the next fires of an expression. */
export const PreviewBody = z.strictObject({
  expression: z.string(),
  timezone: z._default(z.string(), 'UTC'),
  count: z._default(
    z.int().check(z.minimum(1, COUNT_RANGE), z.maximum(MAX_COUNT, COUNT_RANGE)),
    DEFAULT_COUNT,
  ),
  start_date: z.optional(InstantMs),
  end_date: z.optional(InstantMs),
});

/**
 * The next fires of an expression. It is checked like that of a new schedule.
 * @throws AppError `invalid` / `VALIDATION_ERROR`
 */
export const previewFires = (
  {
    expression: text,
    timezone,
    count,
    start_date: startMs,
    end_date: endMs,
  }: z.output<typeof PreviewBody>,
  nowMs: number,
) => {
  const { problems, collect } = problemCollector();
  const expression = collect(() => {
    const read = parseWithAdvice(text);
    requireInterval(read, { minMs: CONFIGURED_INTERVAL_MS });
    return read;
  });
  const zone = collect(() => zoneOf(timezone));
  if (startMs !== undefined && endMs !== undefined && endMs < startMs) {
    problems.push({ path: 'end_date', problem: 'is before start_date' });
  }
  if (problems.length > 0 || expression === undefined || zone === undefined) {
    throw new AppError('invalid', 'VALIDATION_ERROR', 'the body is not valid', {
      details: problems,
    });
  }
  const window = { fromMs: nowMs, count, startMs, endMs };
  const { occurrences, warnings } = nextOccurrences(expression, zone, window);
  return { expression: expression.text, timezone, fires: occurrences, warnings };
};
