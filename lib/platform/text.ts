import * as z from 'zod/mini';

/**
 * At least one character that a person can see. White space, control characters and characters without width or glyph
 * do not count: joiners, direction marks, fillers, variation selectors, the blank Braille pattern.
 * Source: Unicode Standard Annex 44, `Default_Ignorable_Code_Point`.
 */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A text that a reader does not take for an empty one. */
export const VisibleText = z.string().check(z.regex(VISIBLE, 'must not be empty'));

/** Why somebody does something. People read it. */
export const ReasonText = z
  .string()
  .check(z.trim(), z.regex(VISIBLE, 'must not be empty'), z.maxLength(500));

/** The text, or its beginning with "…" at the end when it is longer than `chars` UTF-16 units. Always well-formed. */
export const shortened = (text: string, chars: number): string =>
  (text.length > chars ? `${withoutHalf(text.slice(0, chars - 1))}…` : text).toWellFormed();

/** Without the first half of a character whose second half was cut off. */
const withoutHalf = (text: string): string => text.replace(/[\ud800-\udbff]$/, '');
