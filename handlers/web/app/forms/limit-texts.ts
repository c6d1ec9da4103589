import { countText } from '#handlers/web/app/format/number.ts';
import { isRecord, type ResolvedSchema } from './form-schema.ts';

/** The limits of a schema in words, such as `1 to 7` and `at most 250 characters`. */
export const limitTexts = (schema: ResolvedSchema): string[] => {
  const { type, minimum, maximum, minLength, maxLength, minItems, maxItems, format } = schema;
  const patterns = format === 'date' || format === 'date-time' ? [] : schema.patterns;
  return [
    type === 'integer' && minimum === undefined && maximum === undefined ? 'a whole number' : '',
    rangeText(minimum, maximum, ''),
    rangeText(minLength, maxLength, 'characters'),
    rangeText(minItems, maxItems, 'entries'),
    ...patterns.map((pattern) => patternText(pattern) ?? ''),
    schema.default === undefined || isRecord(schema.default)
      ? ''
      : `default: ${defaultText(schema.default)}`,
  ].filter((text) => text !== '');
};

const rangeText = (least: number | undefined, most: number | undefined, noun: string): string => {
  const unit = noun === '' ? '' : ` ${noun}`;
  if (least !== undefined && most !== undefined)
    return least === most
      ? `${countText(most)}${unit}`
      : `${countText(least)} to ${countText(most)}${unit}`;
  if (most !== undefined) return `at most ${countText(most)}${unit}`;
  return least === undefined || (noun !== '' && least === 0)
    ? ''
    : `at least ${countText(least)}${unit}`;
};

const defaultText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** A text that has at least one character that people see. */
const VISIBLE = '[^\\s\\x00-\\x1f\\x7f-\\x9f\\u2800]';

/** Patterns that words explain better than their characters do. */
const KNOWN: Readonly<Record<string, string>> = {
  '^[^,]*$': 'no comma',
  '^https://': 'begins with https://',
  '^1\\.\\d{1,3}$': '1.0 or a later 1.x',
  '^(?:[01]\\d|2[0-3]):[0-5]\\d$': 'such as 07:30',
  '^\\d{4}-\\d\\d-\\d\\dT(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?$': 'such as 2026-03-01T07:30',
  '^\\s*(rate|cron|at)\\(([^()]*)\\)\\s*$': 'rate(…), cron(…) or at(…)',
  '^sched_\\d{14}_[0-9A-HJKMNP-TV-Z]{8}$': 'such as sched_20260301120000_7ZK3V9Q2',
  '^[\\w.-](?:[\\w .-]{0,62}[\\w.-])?$':
    '1 to 64 letters, digits, “_”, “.”, “-” and spaces, with no space at the ends',
  '^[a-z][a-z0-9-]{0,30}$': '1 to 31 lower-case letters, digits and “-”, beginning with a letter',
};

/** One set of characters with the number of times that they may be repeated. */
const ONE_SET = /^\^\[([^\]^]+)\](?:\{(\d+)(?:,(\d*))?\}|[+*])\$$/;

/** A pattern in words; `undefined` for one without known words. */
export const patternText = (pattern: string): string | undefined => {
  if (Object.hasOwn(KNOWN, pattern)) return KNOWN[pattern];
  const [, set, least, most] = ONE_SET.exec(pattern) ?? [];
  const words = set === undefined ? undefined : setText(set);
  if (words === undefined) return undefined;
  if (least === undefined) return `only ${words}`;
  if (most === '') return `at least ${least} of ${words}`;
  return `${most === undefined ? least : `${least} to ${most}`} of ${words}`;
};

/** What is wrong with a text that does not match a pattern. */
export const mismatchText = (pattern: string): string => {
  if (pattern === VISIBLE) return 'must contain a visible character';
  const words = patternText(pattern);
  return words === undefined ? 'is not well-formed' : `does not fit: ${words}`;
};

const SET_WORDS: readonly (readonly [string, string])[] = [
  ['A-Za-z', 'letters'],
  ['a-zA-Z', 'letters'],
  ['\\w', 'letters, digits, “_”'],
  ['a-z', 'lower-case letters'],
  ['A-Z', 'capital letters'],
  ['0-9', 'digits'],
  ['\\d', 'digits'],
];

/** The characters of a set in words; `undefined` for a set with parts that have no words. */
const setText = (set: string): string | undefined => {
  let rest = set;
  const words: string[] = [];
  for (const [part, word] of SET_WORDS) {
    if (!rest.includes(part)) continue;
    words.push(word);
    rest = rest.replace(part, '');
  }
  if (/[a-z\\]|.-./i.test(rest)) return undefined;
  return [...words, ...[...rest].map((one) => (one === ' ' ? 'spaces' : `“${one}”`))].join(', ');
};
