import * as z from 'zod/mini';

/** Why somebody does something, for people to read. */
export const Reason = z
  .string()
  .check(z.trim(), z.regex(/[^\s\p{Cc}]/u, 'must not be empty'), z.maxLength(500));
