import { refusalError } from './failures.ts';

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const MIN_DELAY_S = 10;
const MAX_DELAY_S = 3 * 86_400;

/**
 * The time at which a delayed message is due, for `30m`, `2 days`, Unix seconds or `tomorrow, 10am`. Seconds since the
 * Unix epoch.
 * @throws Refusal 40004 for any other text, also RFC 3339, and for a time in the past; 40005 below 10 seconds; 40006
 * above 3 days
 */
export const dueAt = (delay: string, nowS: number): number => {
  const at = parseTime(delay.trim().toLowerCase(), nowS);
  if (at === undefined || at < nowS) throw refusalError(40004);
  if (at - nowS < MIN_DELAY_S) throw refusalError(40005);
  if (at - nowS > MAX_DELAY_S) throw refusalError(40006);
  return at;
};

const parseTime = (text: string, nowS: number): number | undefined => {
  if (/^\d{9,11}$/.test(text)) return Number(text);
  const span = /^(\d+)\s*(s|m|h|d)(?:ec|in|our|ay|econd|inute)?s?$/.exec(text);
  if (span) return nowS + Number(span[1]) * (UNIT_S[span[2] ?? ''] ?? 0);
  const tomorrow = /^tomorrow(?:,? (\d{1,2})(am|pm))?$/.exec(text);
  if (tomorrow === null) return undefined;
  if (tomorrow[1] === undefined) return nowS + 86_400;
  const hour = (Number(tomorrow[1]) % 12) + (tomorrow[2] === 'pm' ? 12 : 0);
  return (Math.floor(nowS / 86_400) + 1) * 86_400 + hour * 3_600;
};
