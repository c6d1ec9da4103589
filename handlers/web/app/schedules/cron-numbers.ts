/** A field of a cron expression whose entries are numbers or names. */
export interface NumberField {
  min: number;
  max: number;
  /** Names of the values; the first one is `min`. */
  names: readonly string[];
}

export const CRON_FIELDS = {
  minute: { min: 0, max: 59, names: [] },
  hour: { min: 0, max: 23, names: [] },
  dayOfMonth: { min: 1, max: 31, names: [] },
  month: { min: 1, max: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ') },
  dayOfWeek: { min: 1, max: 7, names: 'SUN MON TUE WED THU FRI SAT'.split(' ') },
} as const satisfies Record<string, NumberField>;

/** The values of a field such as `0`, `1-5`, `MON,WED`, `0/15` or `*`, ascending; `undefined` if it is not well-formed. */
export const cronNumbers = (text: string, field: NumberField): number[] | undefined => {
  const values = new Set<number>();
  for (const entry of text.split(',')) {
    const [range = '', step, ...more] = entry.split('/');
    const bounds = boundsOf(range, field, step !== undefined);
    const by = step === undefined ? 1 : wholeNumber(step);
    if (bounds === undefined || by === undefined || by < 1 || more.length > 0) return undefined;
    for (let value = bounds.from; value <= bounds.to; value += by) values.add(value);
  }
  return values.size === 0 ? undefined : [...values].sort((a, b) => a - b);
};

/** One number or name of a field. */
export const cronNumber = (text: string, { min, max, names }: NumberField) => {
  if (names.includes(text)) return min + names.indexOf(text);
  const value = wholeNumber(text);
  return value !== undefined && value >= min && value <= max ? value : undefined;
};

/** The first and last value of `*`, `2` or `2-5`. Before a step, `2` means "from 2 on". */
const boundsOf = (range: string, field: NumberField, hasStep: boolean) => {
  if (range === '*') return { from: field.min, to: field.max };
  const [first = '', last, ...more] = range.split('-');
  const from = cronNumber(first, field);
  const to = last === undefined ? (hasStep ? field.max : from) : cronNumber(last, field);
  return from === undefined || to === undefined || more.length > 0 ? undefined : { from, to };
};

const wholeNumber = (text: string): number | undefined =>
  /^\d{1,4}$/.test(text) ? Number(text) : undefined;
