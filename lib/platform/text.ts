import * as z from 'zod/mini';

/**
 * At least one character that a person can see. Blanks and controls are none, nor is what has no width or no glyph:
 * joiners, marks of direction, fillers, variation selectors, the empty pattern of Braille.
 * Source: Unicode Standard Annex 44, `Default_Ignorable_Code_Point`.
 */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What must not be empty, for a reader either. */
export const VisibleText = z.string().check(z.regex(VISIBLE, 'must not be empty'));

/** Why somebody does something, for people to read. */
export const Reason = z
  .string()
  .check(z.trim(), z.regex(VISIBLE, 'must not be empty'), z.maxLength(500));
