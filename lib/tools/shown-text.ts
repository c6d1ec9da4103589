import { cleanLine, cleanText } from '#lib/platform/text.ts';

/**
 * Characters without a glyph that people do not see and models read: tags, zero-width spaces and invisible operators. Joiners
 * of scripts and emoji are kept.
 */
const UNSEEN = /[\u{e0000}-\u{e007f}\u200b\u2060-\u2064\ufeff\u00ad]/gu;

/** Text of several lines from anywhere, for a model. */
export const shownText = (text: string): string => cleanText(text.replace(UNSEEN, ''));

/** Text of one line from anywhere, for a model. */
export const shownLine = (text: string): string => cleanLine(text.replace(UNSEEN, ''));

/** One line that begins with a capital letter and ends with a full stop. */
export const shownSentence = (text: string): string => {
  const line = shownLine(text).replace(/[.!?\s]*$/, '');
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
};

/** Data from anywhere, for a model: every text in it is cleaned. */
export const shownData = (value: unknown): unknown => {
  if (typeof value === 'string') return shownText(value);
  if (Array.isArray(value)) return value.map(shownData);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [shownLine(name), shownData(one)]),
  );
};
