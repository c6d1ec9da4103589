/** Shows when a schedule would fire: `make preview EXPR="cron(0 9 ? * MON-FRI *)" ZONE=Europe/Berlin COUNT=10`. */
import { AppError } from '#lib/platform/errors.ts';
import { problemCollector } from '#lib/platform/problems.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { requireInterval } from '#lib/schedules/timetable/interval.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { parseWithAdvice } from '#lib/schedules/timetable/parse-with-advice.ts';
import { command, problemsError } from './command.ts';
import { line } from './printable.ts';
import { variables } from './variables.ts';

const DEFAULT_COUNT = '10';
const MAX_COUNT = 50;

const main = () => {
  const { EXPR, ZONE = 'UTC', COUNT = DEFAULT_COUNT } = variables();
  if (!EXPR)
    throw new Error('EXPR is missing: make preview EXPR="rate(1 hour)" [ZONE=…] [COUNT=…]');
  const count = /^\d{1,2}$/.test(COUNT) ? Number(COUNT) : 0;
  if (count < 1 || count > MAX_COUNT) throw new Error(`COUNT must be 1 to ${MAX_COUNT}`);
  const { problems, collect } = problemCollector();
  const expression = collect(() => {
    const read = parseWithAdvice(EXPR, 'EXPR');
    requireInterval(read, { path: 'EXPR' });
    return read;
  });
  const zone = collect(() => zoneOf(ZONE, 'ZONE'));
  if (expression === undefined || zone === undefined) {
    throw new AppError('invalid', 'VALIDATION_ERROR', 'the schedule is not valid', {
      details: problems,
    });
  }
  const { occurrences, warnings } = nextOccurrences(expression, zone, {
    fromMs: Date.now(),
    count,
  });
  console.log(line`${expression.text} in ${ZONE}\n`);
  for (const { local, utc } of occurrences) {
    const weekday = new Date(`${local.slice(0, 19)}Z`).toUTCString().slice(0, 3);
    const [date, offset] = [local.slice(0, 19).replace('T', ' '), local.slice(19)];
    console.log(line`  ${weekday} ${date} ${offset}   ${utc}`);
  }
  if (occurrences.length > 0 && warnings.length > 0) console.log();
  for (const { message } of warnings) console.log(line`  note: ${message}`);
};

await command(() => {
  try {
    main();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw problemsError(error.message, error.details, { cause: error });
  }
});
