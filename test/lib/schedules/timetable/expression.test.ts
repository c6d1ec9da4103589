import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { parseWithAdvice } from '#lib/schedules/timetable/parse-with-advice.ts';

const problemsOf = (text: string, path?: string): readonly Problem[] => {
  try {
    parseWithAdvice(text, path);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error).toMatchObject({ kind: 'invalid', code: 'VALIDATION_ERROR' });
    return error.details;
  }
  return [];
};

describe('the problems of an expression', () => {
  it('are all named at once, each with its field, under the path of the caller', () => {
    const paths = problemsOf('cron(60 24 0 13 ? 1969)', 'schedule_expression').map((p) => p.path);

    expect(paths).toEqual(
      ['minute', 'hour', 'day-of-month', 'month', 'year'].map((f) => `schedule_expression.${f}`),
    );
  });

  it.each([
    { text: '', why: 'is not rate(…), cron(…) or at(…)' },
    { text: 'every day', why: 'is not rate(…), cron(…) or at(…)' },
    { text: '0 9 * * ? *', why: 'is not rate(…), cron(…) or at(…)' },
    { text: 'CRON(0 9 * * ? *)', why: 'is not rate(…), cron(…) or at(…)' },
    { text: 'cron(0 9 * * ? *', why: 'is not rate(…), cron(…) or at(…)' },
    { text: 'cron(0 9 * * ? *) ; rate(1 day)', why: 'is not rate(…), cron(…) or at(…)' },
    { text: `cron(${' '.repeat(300)})`, why: 'is longer than 256 characters' },
    { text: 'cron()', why: 'six fields' },
    { text: 'cron(0 9 * * ?)', why: 'six fields' },
    { text: 'cron(0 0 9 * * ? *)', why: 'six fields' },
    { text: 'rate()', why: 'is not rate(value unit)' },
    { text: 'rate(5)', why: 'is not rate(value unit)' },
    { text: 'rate(5 minutes hours)', why: 'is not rate(value unit)' },
    { text: 'rate(5minutes)', why: 'is not rate(value unit)' },
    { text: 'at()', why: 'is not at(yyyy-mm-ddThh:mm:ss)' },
    { text: 'at(2026-11-20)', why: 'is not at(yyyy-mm-ddThh:mm:ss)' },
    { text: 'at(2026-11-20T13:00)', why: 'is not at(yyyy-mm-ddThh:mm:ss)' },
    { text: 'at(2026-11-20T13:00:00Z)', why: 'is not at(yyyy-mm-ddThh:mm:ss)' },
    { text: 'at(2026-11-20T13:00:00.000)', why: 'is not at(yyyy-mm-ddThh:mm:ss)' },
    { text: 'at(2026-11-20 13:00:00)', why: 'is not at(yyyy-mm-ddThh:mm:ss)' },
    { text: 'at(2026-02-29T13:00:00)', why: 'is not a date and time of the calendar' },
    { text: 'at(2026-04-31T13:00:00)', why: 'is not a date and time of the calendar' },
    { text: 'at(2026-13-01T13:00:00)', why: 'is not a date and time of the calendar' },
    { text: 'at(2026-00-01T13:00:00)', why: 'is not a date and time of the calendar' },
    { text: 'at(2026-11-20T24:00:00)', why: 'is not a date and time of the calendar' },
    { text: 'at(2026-11-20T13:60:00)', why: 'is not a date and time of the calendar' },
    { text: 'at(2026-11-20T13:00:60)', why: 'is not a date and time of the calendar' },
  ])('of $text are that it $why', ({ text, why }) => {
    expect(problemsOf(text)).toEqual([
      { path: 'expression', problem: expect.stringContaining(why) },
    ]);
  });

  it.each([
    { line: '0 9 * * 1-5', text: 'cron(0 9 ? * MON-FRI *)' },
    { line: '*/15 * * * *', text: 'cron(*/15 * * * ? *)' },
    { line: '0 9 * * *', text: 'cron(0 9 * * ? *)' },
    { line: '0 9 1 * *', text: 'cron(0 9 1 * ? *)' },
    { line: '0 9 ? * 1', text: 'cron(0 9 ? * MON *)' },
    { line: '0\t9  1,15 jan-mar\u00a0*\n', text: 'cron(0 9 1,15 JAN-MAR ? *)' },
    { line: '30 4 * * 0', text: 'cron(30 4 ? * SUN *)' },
    { line: '30 4 * * 7', text: 'cron(30 4 ? * SUN *)' },
    { line: '30 4 * * 5-7', text: 'cron(30 4 ? * SUN,FRI,SAT *)' },
    { line: '30 4 * * sat,sun', text: 'cron(30 4 ? * SUN,SAT *)' },
    { line: '30 4 * * */2', text: 'cron(30 4 ? * SUN,TUE,THU,SAT *)' },
    { line: '30 4 * * 1-5/2', text: 'cron(30 4 ? * MON,WED,FRI *)' },
    { line: '30 4 * * 0-6', text: 'cron(30 4 ? * SUN-SAT *)' },
    { line: '0 0 9 * * ? *', text: 'cron(0 9 * * ? *)' },
  ])('of the crontab line $line say that EventBridge writes $text', ({ line, text }) => {
    for (const given of [line, `cron(${line})`]) {
      expect(problemsOf(given)).toEqual([
        { path: 'expression', problem: expect.stringMatching(/; in EventBridge this is \S.*\)$/) },
      ]);
      expect(problemsOf(given)[0]?.problem).toContain(text);
    }
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    { macro: '@yearly', text: 'cron(0 0 1 1 ? *)' },
    { macro: '@annually', text: 'cron(0 0 1 1 ? *)' },
    { macro: '@monthly', text: 'cron(0 0 1 * ? *)' },
    { macro: '@weekly', text: 'cron(0 0 ? * SUN *)' },
    { macro: '@daily', text: 'cron(0 0 * * ? *)' },
    { macro: ' @Midnight\n', text: 'cron(0 0 * * ? *)' },
    { macro: '@hourly', text: 'cron(0 * * * ? *)' },
    { macro: 'cron(@daily)', text: 'cron(0 0 * * ? *)' },
    { macro: '0 9 ? * mon-fri *', text: 'cron(0 9 ? * MON-FRI *)' },
  ])('of $macro say that EventBridge writes $text', ({ macro, text }) => {
    expect(problemsOf(macro)).toEqual([
      { path: 'expression', problem: expect.stringContaining(`; in EventBridge this is ${text}`) },
    ]);
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    { given: 'CRON(0 9 * * ? *)', text: 'cron(0 9 * * ? *)' },
    { given: 'Rate(5 minutes)', text: 'rate(5 minutes)' },
    { given: 'rate (5 minutes)', text: 'rate(5 minutes)' },
    { given: 'AT(2026-11-20T13:00:00)', text: 'at(2026-11-20T13:00:00)' },
    { given: '0 0 9 * * ?', text: 'cron(0 9 * * ? *)' },
    { given: 'cron(0 0 9 * * ?)', text: 'cron(0 9 * * ? *)' },
    { given: 'cron(0 30 9 ? * MON-FRI)', text: 'cron(30 9 ? * MON-FRI *)' },
    { given: 'cron(0 30 9 ? * 2-6)', text: 'cron(30 9 ? * 2-6 *)' },
    { given: '0 0/15 * * * ?', text: 'cron(0/15 * * * ? *)' },
    { given: '00 0 12 L * ?', text: 'cron(0 12 L * ? *)' },
    { given: '0 0 9 * * 1-5', text: 'cron(0 9 ? * MON-FRI *)' },
    { given: '0 0 9 * * mon', text: 'cron(0 9 ? * MON *)' },
    { given: '@every 5m', text: 'rate(5 minutes)' },
    { given: '@every 1h', text: 'rate(1 hour)' },
    { given: '@every 1h30m', text: 'rate(90 minutes)' },
    { given: '@every 1h0m0s', text: 'rate(60 minutes)' },
    { given: 'every 2 days', text: 'rate(2 days)' },
    { given: '10 mins', text: 'rate(10 minutes)' },
    { given: 'rate(1 minutes)', text: 'rate(1 minute)' },
    { given: 'rate(1 hours)', text: 'rate(1 hour)' },
    { given: 'rate(1 days)', text: 'rate(1 day)' },
    { given: 'rate(5 minute)', text: 'rate(5 minutes)' },
    { given: 'rate(2 hour)', text: 'rate(2 hours)' },
    { given: 'rate(10 day)', text: 'rate(10 days)' },
    { given: 'rate(5 Minutes)', text: 'rate(5 minutes)' },
    { given: 'rate(05 minutes)', text: 'rate(5 minutes)' },
    { given: 'rate(5minutes)', text: 'rate(5 minutes)' },
    { given: 'rate(120 seconds)', text: 'rate(2 minutes)' },
    { given: 'rate(2 weeks)', text: 'rate(14 days)' },
    { given: 'rate(0 9 * * ? *)', text: 'cron(0 9 * * ? *)' },
    { given: 'cron(5 minutes)', text: 'rate(5 minutes)' },
    { given: 'at(2026-11-20)', text: 'at(2026-11-20T00:00:00)' },
    { given: 'at(2026-11-20T13:00)', text: 'at(2026-11-20T13:00:00)' },
    { given: 'at(2026-11-20 13:00:00)', text: 'at(2026-11-20T13:00:00)' },
    { given: 'at(2026-11-20T13:00:00.000)', text: 'at(2026-11-20T13:00:00)' },
    { given: 'at(2026-11-20T13:00:00Z)', text: 'at(2026-11-20T13:00:00) in the timezone UTC' },
    {
      given: 'at(2026-11-20T13:00:00.000z)',
      text: 'at(2026-11-20T13:00:00) in the timezone UTC',
    },
    {
      given: 'at(2026-11-20T01:00:00+02:00)',
      text: 'at(2026-11-19T23:00:00) in the timezone UTC',
    },
    {
      given: '2026-11-20T13:00-0930',
      text: 'at(2026-11-20T22:30:00) in the timezone UTC',
    },
  ])('of $given say that EventBridge writes $text', ({ given, text }) => {
    const problems = problemsOf(given);

    expect(problems).toHaveLength(1);
    expect(problems[0]?.problem).toMatch(/\S; in EventBridge this is \S/);
    expect(problems[0]?.problem.split('; in EventBridge this is ')[1]).toBe(text);
    expect(problemsOf(text.replace(' in the timezone UTC', ''))).toEqual([]);
  });

  it.each(['0 9 1 * 1', 'cron(0 9 15 * MON)', '0 9 1-7 * 1-5'])(
    'of %s, which restricts both days, recommend two schedules',
    (given) => {
      expect(problemsOf(given)[0]?.problem).toContain('write one schedule for each');
    },
  );

  it.each([
    ...['@reboot', '@daily @daily', '@constructor', '@__proto__', '0 9 * *', '5 0 9 * * ? *'],
    ...['61 9 * * *', '0 9 * * 8', '0 9 * * 5-1', '0 9 * * MON-', '( ( ( ( ( (', 'a b c d e f'],
    ...['0 9 * * constructor', 'cron(0 9 * * ? *', '0 9 L * *)', '0 9 ( * *'],
    ...['@every', '@every 90s', '@every 0m', '5 months', 'rate(1.5 hours)', 'rate(5 seconds)'],
    ...['at(2026-02-29T13:00:00Z)', 'at(2026-11-20T13:00:00+99:00)', 'at(20 November 2026)'],
    ...['30 0 9 * * ?', '0 9 */2 * 1-5', '0 9 1 * */2', '1'.repeat(300)],
  ])('of %s have no advice', (given) => {
    const problems = problemsOf(given);

    expect(problems).not.toEqual([]);
    for (const { problem } of problems) expect(problem).not.toContain('EventBridge');
  });

  it.each([
    { text: 'rate(0 minutes)', path: 'value', why: '"0" is not 1 to 99999' },
    { text: 'rate(-5 minutes)', path: 'value', why: '"-5" is not 1 to 99999' },
    { text: 'rate(1.5 hours)', path: 'value', why: '"1.5" is not 1 to 99999' },
    { text: 'rate(100000 days)', path: 'value', why: '"100000" is not 1 to 99999' },
    { text: 'rate(five minutes)', path: 'value', why: '"five" is not 1 to 99999' },
    { text: 'rate(5 seconds)', path: 'unit', why: '"seconds" is not minutes, hours or days' },
  ])('of $text are $path: $why', ({ text, path, why }) => {
    expect(problemsOf(text)).toEqual([{ path: `expression.${path}`, problem: why }]);
  });

  it.each([
    { text: 'cron(0 9 ? * FR\u0131 *)', path: 'day-of-week' },
    { text: 'cron(0 9 ? * \u017fUN *)', path: 'day-of-week' },
    { text: 'cron(0 9 \uff11 * ? *)', path: 'day-of-month' },
    { text: 'cron(\u0660 9 * * ? *)', path: 'minute' },
  ])('of $text are $path: only ASCII letters and digits are valid', ({ text, path }) => {
    expect(problemsOf(text).map((problem) => problem.path)).toEqual([`expression.${path}`]);
  });

  it('are an error of kind invalid for any text', () => {
    const pieces = [
      'cron(',
      'rate(',
      'at(',
      ')',
      ' ',
      ...'0159*?,-/LW#T:',
      'MON',
      'JAN',
      'minutes',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
      fc
        .array(
          fc.array(fc.constantFrom(...pieces.slice(5)), { maxLength: 5 }).map((p) => p.join('')),
          { minLength: 6, maxLength: 6 },
        )
        .map((fields) => `cron(${fields.join(' ')})`),
    );

    fc.assert(
      fc.property(text, (given) => {
        for (const { path, problem } of problemsOf(given)) {
          expect(path).toMatch(/^expression(\.[a-z-]+)?$/);
          expect(problem).not.toBe('');
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the text of an expression', () => {
  it.each([
    { given: '  cron( 0  9 ? * mon-fri  * ) ', text: 'cron(0 9 ? * MON-FRI *)' },
    { given: 'cron(0 9 lw jan ? *)', text: 'cron(0 9 LW JAN ? *)' },
    { given: '\tcron(0\t9\n? *\u00a0mon-fri \v\f *)\r\n', text: 'cron(0 9 ? * MON-FRI *)' },
    { given: '\u00a0rate(\u30005\u00a0minutes\t)\u2028\n', text: 'rate(5 minutes)' },
    { given: '\ufeffat(\n2026-11-20T13:00:00\u00a0)\n', text: 'at(2026-11-20T13:00:00)' },
    { given: 'rate( 5  minutes )', text: 'rate(5 minutes)' },
    { given: 'at( 2026-11-20T13:00:00 )', text: 'at(2026-11-20T13:00:00)' },
  ])('is normalised to $text, and has the same occurrences', ({ given, text }) => {
    const expression = parseWithAdvice(given);

    expect(expression.text).toBe(text);
    expect(parseWithAdvice(text)).toEqual(expression);
  });
});

/** Expressions with one wrong field: the field, the six fields, and a part of the error. */
const WRONG_FIELDS = `
  minute        60 9 * * ? *            "60" is not 0 to 59
  minute        -1 9 * * ? *            "" is not 0 to 59
  minute        1.5 9 * * ? *           "1.5" is not 0 to 59
  minute        x 9 * * ? *             "X" is not 0 to 59
  minute        ? 9 * * ? *             "?" stands alone, and only for a day
  minute        0/0 9 * * ? *           "0" is not a step: 1 to 59
  minute        0/60 9 * * ? *          "60" is not a step: 1 to 59
  minute        0/ 9 * * ? *            "" is not a step: 1 to 59
  minute        /5 9 * * ? *            a step needs a beginning
  minute        0/5/5 9 * * ? *         "0/5/5" has two steps
  minute        50-10 9 * * ? *         "50-10" begins after it ends
  minute        1-2-3 9 * * ? *         "1-2-3" is not a range
  minute        10- 9 * * ? *           "" is not 0 to 59
  minute        10-60 9 * * ? *         "60" is not 0 to 59
  minute        0,,30 9 * * ? *         has an empty entry
  minute        0, 9 * * ? *            has an empty entry
  minute        *,5 9 * * ? *           "*" stands alone
  minute        L 9 * * ? *             "L" is not 0 to 59
  minute        00000 9 * * ? *         "00000" is not 0 to 59
  minute        ١ 9 * * ? *             is not 0 to 59
  hour          0 24 * * ? *            "24" is not 0 to 23
  hour          0 9am * * ? *           "9AM" is not 0 to 23
  hour          0 ? * * ? *             "?" stands alone, and only for a day
  hour          0 22-2 * * ? *          "22-2" begins after it ends: write two ranges
  hour          0 */24 * * ? *          "24" is not a step: 1 to 23
  hour          0 9#1 * * ? *           "9#1" is not 0 to 23
  hour          0 9W * * ? *            "9W" is not 0 to 23
  hour          0 9,24 * * ? *          "24" is not 0 to 23
  day-of-month  0 9 0 * ? *             "0" is not 1 to 31
  day-of-month  0 9 32 * ? *            "32" is not 1 to 31
  day-of-month  0 9 MON * ? *           "MON" is not 1 to 31
  day-of-month  0 9 ? * ? *             exactly one of day-of-month and day-of-week must be "?"
  day-of-month  0 9 ?,1 * ? *           "?" stands alone
  day-of-month  0 9 W * ? *             "W" is not L, L-1 to L-30, LW, or one day 1 to 31 with W
  day-of-month  0 9 0W * ? *            "0W" is not L
  day-of-month  0 9 32W * ? *           "32W" is not L
  day-of-month  0 9 1-5W * ? *          "1-5W" is not L
  day-of-month  0 9 1W,15W * ? *        "1W,15W" is not L
  day-of-month  0 9 1,L * ? *           "1,L" is not L
  day-of-month  0 9 L-0 * ? *           "L-0" is not L
  day-of-month  0 9 L-31 * ? *          "L-31" is not L
  day-of-month  0 9 L-3W * ? *          "L-3W" is not L
  day-of-month  0 9 15L * ? *           "15L" is not L
  day-of-month  0 9 WL * ? *            "WL" is not L
  day-of-month  0 9 2#1 * ? *           "2#1" is not 1 to 31
  day-of-month  0 9 20-10 * ? *         "20-10" begins after it ends
  day-of-month  0 9 1/32 * ? *          "32" is not a step: 1 to 31
  month         0 9 * 0 ? *             "0" is not 1 to 12 or JAN to DEC
  month         0 9 * 13 ? *            "13" is not 1 to 12
  month         0 9 * JANUARY ? *       "JANUARY" is not 1 to 12
  month         0 9 * MON ? *           "MON" is not 1 to 12
  month         0 9 * DEC-JAN ? *       "DEC-JAN" begins after it ends
  month         0 9 * 1/13 ? *          "13" is not a step: 1 to 12
  month         0 9 * 1/JAN ? *         "JAN" is not a step
  month         0 9 * ? ? *             "?" stands alone
  month         0 9 * L ? *             "L" is not 1 to 12
  day-of-week   0 9 * * * *             exactly one of day-of-month and day-of-week must be "?"
  day-of-week   0 9 1 * MON *           exactly one of day-of-month and day-of-week must be "?"
  day-of-week   0 9 ? * 0 *             "0" is not 1 to 7 or SUN to SAT
  day-of-week   0 9 ? * 8 *             "8" is not 1 to 7
  day-of-week   0 9 ? * MONDAY *        "MONDAY" is not 1 to 7
  day-of-week   0 9 ? * FRI-MON *       "FRI-MON" begins after it ends
  day-of-week   0 9 ? * 2/2 *           "2/2" has a step, which a day of the week cannot
  day-of-week   0 9 ? * */2 *           "*/2" has a step
  day-of-week   0 9 ? * 2#0 *           "2#0" is not L, one day
  day-of-week   0 9 ? * 2#6 *           "2#6" is not L, one day
  day-of-week   0 9 ? * 8#1 *           "8#1" is not L, one day
  day-of-week   0 9 ? * #1 *            "#1" is not L, one day
  day-of-week   0 9 ? * 3#1,6#3 *       "3#1,6#3" is not L, one day
  day-of-week   0 9 ? * 2-6L *          "2-6L" is not L, one day
  day-of-week   0 9 ? * 8L *            "8L" is not L, one day
  day-of-week   0 9 ? * L-1 *           "L-1" is not L, one day
  day-of-week   0 9 ? * 2W *            "2W" is not 1 to 7
  day-of-week   0 9 ? * MON,? *         "?" stands alone
  year          0 9 * * ? 1969          "1969" is not 1970 to 2199
  year          0 9 * * ? 2200          "2200" is not 1970 to 2199
  year          0 9 * * ? 26            "26" is not 1970 to 2199
  year          0 9 * * ? ?             "?" stands alone
  year          0 9 * * ? 2027-2026     "2027-2026" begins after it ends
  year          0 9 * * ? 2026/0        "0" is not a step
  year          0 9 * * ? 20260         "20260" is not 1970 to 2199
`
  .trim()
  .split('\n')
  .map((line) => {
    const [, field = '', fields = '', why = ''] =
      /^(\S+) +((?:\S+ ){5}\S+) +(.+)$/.exec(line.trim()) ?? [];
    return { field, fields, why };
  });

describe('a cron expression with one wrong field', () => {
  it.each(WRONG_FIELDS)('cron($fields) is refused at $field: $why', ({ field, fields, why }) => {
    expect(problemsOf(`cron(${fields})`)).toEqual([
      { path: `expression.${field}`, problem: expect.stringContaining(why) },
    ]);
  });

  it('is in the table with every field', () => {
    expect(new Set(WRONG_FIELDS.map(({ field }) => field)).size).toBe(6);
  });
});
