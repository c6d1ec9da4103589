import * as z from 'zod/mini';

const number = z.optional(z.nullable(z.number()));

/** A number with its unit, as the service sends it: `wmoUnit:km_h-1`, formerly `unit:km_h-1`. A range has bounds. */
export const Quantity = z.object({
  unitCode: z.optional(z.nullable(z.string())),
  value: number,
  minValue: number,
  maxValue: number,
});
export type Quantity = z.output<typeof Quantity>;

/** The unit without the name of the list that it comes from. */
export const unitOf = ({ unitCode }: Quantity): string => (unitCode ?? '').replace(/^.*:/s, '');

/** The value within its possible range; an impossible value counts as missing. */
export const possible = (
  value: number | null | undefined,
  least: number,
  most: number,
): number | null =>
  value === null || value === undefined || value < least || value > most ? null : value;
