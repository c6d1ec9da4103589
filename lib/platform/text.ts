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

/** The text; if it is longer than `chars` UTF-16 units, its beginning and "…". Always well-formed. */
export const shortened = (text: string, chars: number): string =>
  (text.length > chars ? `${withoutHalfPair(text.slice(0, chars - 1))}…` : text).toWellFormed();

/** The text without half of a surrogate pair at its end. */
const withoutHalfPair = (text: string): string => text.replace(/[\ud800-\udbff]$/, '');
