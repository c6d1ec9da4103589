import * as z from 'zod/mini';
import { invalidRequestError, operation } from '#handlers/web-api/operation.ts';
import { InstantMs } from '#lib/platform/instant.ts';
import { problemCollector } from '#lib/platform/problems.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { CONFIGURED_INTERVAL_MS } from '#lib/schedules/draft.ts';
import { requireInterval } from '#lib/schedules/timetable/interval.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { parseWithAdvice } from '#lib/schedules/timetable/parse-with-advice.ts';

const DEFAULT_COUNT = 10;
const MAX_COUNT = 50;
const COUNT_RANGE = `must be 1 to ${MAX_COUNT}`;

const PreviewBody = z.strictObject({
  expression: z.string(),
  timezone: z._default(z.string(), 'UTC'),
  count: z._default(
    z.int().check(z.minimum(1, COUNT_RANGE), z.maximum(MAX_COUNT, COUNT_RANGE)),
    DEFAULT_COUNT,
  ),
  start_date: z.optional(InstantMs),
  end_date: z.optional(InstantMs),
});

/** The next fires of a schedule. It is validated like a new schedule and not stored. */
export const postPreview = operation({ body: PreviewBody }, async ({ body }, { clock }) => {
  const { expression: text, timezone, count, start_date, end_date } = body;
  const { problems, collect } = problemCollector();
  const expression = collect(() => {
    const read = parseWithAdvice(text);
    requireInterval(read, { minMs: CONFIGURED_INTERVAL_MS });
    return read;
  });
  const zone = collect(() => zoneOf(timezone));
  if (start_date !== undefined && end_date !== undefined && end_date < start_date) {
    problems.push({ path: 'end_date', problem: 'is before start_date' });
  }
  if (problems.length > 0 || expression === undefined || zone === undefined) {
    throw invalidRequestError('the body is not valid', problems);
  }
  const window = { fromMs: clock.now(), count, startMs: start_date, endMs: end_date };
  const { occurrences, warnings } = nextOccurrences(expression, zone, window);
  return {
    status: 200,
    body: { expression: expression.text, timezone, fires: occurrences, warnings },
  };
});
