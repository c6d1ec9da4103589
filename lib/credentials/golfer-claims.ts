import * as z from 'zod/mini';
import type { Claims } from '#lib/identity/verify-jwt.ts';

/** A text of one line. */
const line = (maxChars: number) =>
  z.string().check(z.maxLength(maxChars), z.regex(/^[^\p{Cc}\p{Cs}\s](?:[^\p{Cc}\p{Cs}]*)$/u));

const golferId = z.pipe(
  z.union([z.int().check(z.nonnegative()), z.string().check(z.regex(/^\d{1,15}$/))]),
  z.transform(Number),
);
const account = z.pipe(z.union([line(64), z.int().check(z.nonnegative())]), z.transform(String));

const GolferClaims = z.object({
  golferId,
  acct: account,
  email: line(254).check(z.regex(/^[^\s@]+@[^\s@]+$/)),
});

/** The golfer of a token of CPS. A claim that the site sends as a number or as a text has one type here. */
export type GolferClaims = z.output<typeof GolferClaims>;

/** The golfer that verified claims name; for other claims, a word for the log. */
export const readGolferClaims = (claims: Claims): { subject: GolferClaims } | 'claims' => {
  const parsed = z.safeParse(GolferClaims, claims);
  return parsed.success ? { subject: parsed.data } : 'claims';
};
