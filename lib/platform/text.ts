import * as z from 'zod/mini';

/**
 * At least one visible character. White space, control characters and characters without width or glyph are not visible:
 * joiners, direction marks, fillers, variation selectors, the blank Braille pattern.
 * Source: Unicode Standard Annex 44, `Default_Ignorable_Code_Point`.
 */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A text with at least one visible character. */
export const VisibleText = z.string().check(z.regex(VISIBLE, 'must not be empty'));

/** The reason of a change, for people to read. */
export const ReasonText = z
  .string()
  .check(z.trim(), z.regex(VISIBLE, 'must not be empty'), z.maxLength(500));

/**
 * Controls that change the direction of the text after them. A text without their end would change the text around it.
 * Marks of direction, which belong to one place, are kept.
 */
const DIRECTION_CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Text of several lines: keeps line breaks and tabs, removes other controls and surrounding white space. */
export const cleanText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(DIRECTION_CONTROLS, '')
    .trim();

/** Text of one line: replaces line breaks and tabs by spaces, removes other controls. */
export const cleanLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\n\r\t\v\f\u0085\u2028\u2029]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(DIRECTION_CONTROLS, '')
    .trim();

/** The text; if it is longer than `chars` UTF-16 units, its beginning and "…". Always well-formed. */
export const shortened = (text: string, chars: number): string =>
  (text.length > chars ? `${withoutHalfPair(text.slice(0, chars - 1))}…` : text).toWellFormed();

/** The text without half of a surrogate pair at its end. */
const withoutHalfPair = (text: string): string => text.replace(/[\ud800-\udbff]$/, '');
