import { refusal } from './failures.ts';

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const MIN_DELAY_S = 10;
const MAX_DELAY_S = 3 * 86_400;

/**
 * When a delayed message is due: `30m`, `2 days`, unix seconds, `tomorrow, 10am`. Seconds since the Unix epoch.
 * @throws Refusal 40004 for anything else (RFC 3339 included) and the past, 40005 below 10 s, 40006 above 3 days.
 */
export const dueAt = (delay: string, nowS: number): number => {
  const at = moment(delay.trim().toLowerCase(), nowS);
  if (at === undefined || at < nowS) throw refusal(40004);
  if (at - nowS < MIN_DELAY_S) throw refusal(40005);
  if (at - nowS > MAX_DELAY_S) throw refusal(40006);
  return at;
};

const moment = (text: string, nowS: number): number | undefined => {
  if (/^\d{9,11}$/.test(text)) return Number(text);
  const span = /^(\d+)\s*(s|m|h|d)(?:ec|in|our|ay|econd|inute)?s?$/.exec(text);
  if (span) return nowS + Number(span[1]) * (UNIT_S[span[2] ?? ''] ?? 0);
  const morrow = /^tomorrow(?:,? (\d{1,2})(am|pm))?$/.exec(text);
  if (morrow === null) return undefined;
  if (morrow[1] === undefined) return nowS + 86_400;
  const hour = (Number(morrow[1]) % 12) + (morrow[2] === 'pm' ? 12 : 0);
  return (Math.floor(nowS / 86_400) + 1) * 86_400 + hour * 3_600;
};
