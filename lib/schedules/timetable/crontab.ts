const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Converts the fields of a crontab line to the six fields of EventBridge. The line has five fields, a macro such as
 * `@daily`, or seven fields of which the first, the seconds, is 0. EventBridge counts weekdays from 1 = SUN, crontab from
 * 0. EventBridge needs `?` for the day that is not restricted. The values of the fields are not checked.
 * Source: crontab(5) of Debian's cron, for the five fields and the macros.
 * @returns `both-days` for a line that restricts both days and needs two schedules; `undefined` for any other text
 */
export const fromCrontab = (fields: readonly string[]): string[] | 'both-days' | undefined => {
  const [first = '', ...rest] = fields;
  if (fields.length === 1 && Object.hasOwn(MACROS, first.toLowerCase())) {
    return fromCrontab((MACROS[first.toLowerCase()] ?? '').split(' '));
  }
  if (fields.length === 7 && /^0+$/.test(first)) return rest;
  if (fields.length !== 5) return undefined;
  const [minute = '', hour = '', ofMonth = '', month = '', ofWeek = ''] = fields;
  const weekdays = ofWeek === '*' || ofWeek === '?' ? '?' : weekdaysOf(ofWeek);
  if (weekdays === undefined) return undefined;
  const isEveryDay = ofMonth === '*' || ofMonth === '?';
  if (!isEveryDay && weekdays !== '?') {
    // With such a field, crontab runs on days that match both fields. EventBridge cannot express that.
    const needsBoth = ofMonth.startsWith('*') || ofWeek.startsWith('*');
    return needsBoth ? undefined : 'both-days';
  }
  if (weekdays !== '?') return [minute, hour, '?', month, weekdays, '*'];
  return [minute, hour, isEveryDay ? '*' : ofMonth, month, '?', '*'];
};

/** The weekdays of a crontab field as EventBridge names them: `1-5` is `MON-FRI`. */
const weekdaysOf = (text: string): string | undefined => {
  const days = new Set<number>();
  for (const entry of text.split(',')) {
    const [, from = '', to, step = '1'] =
      /^(\*|[0-7]|[a-z]{3})(?:-([0-7]|[a-z]{3}))?(?:\/([1-7]))?$/i.exec(entry) ?? [];
    const first = from === '*' ? 0 : weekdayOf(from);
    const isOpenEnded = from === '*' || entry.includes('/');
    const last = to === undefined ? (isOpenEnded ? 6 : first) : weekdayOf(to);
    if (first < 0 || last < first) return undefined;
    for (let day = first; day <= last; day += Number(step)) days.add(day % 7);
  }
  const sorted = [...days].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  const last = sorted.at(-1) ?? 0;
  const isRange = sorted.length > 2 && last - first === sorted.length - 1;
  return isRange
    ? `${WEEKDAYS[first]}-${WEEKDAYS[last]}`
    : sorted.map((day) => WEEKDAYS[day]).join(',');
};

const weekdayOf = (text: string): number =>
  /^[0-7]$/.test(text) ? Number(text) : WEEKDAYS.indexOf(text.toUpperCase());
