const DOLLARS = /^(\d{1,6})(?:\.(\d{1,20}))?$/;

/**
 * The cents of a price in dollars that a site sends as a number or as a text. It is read from its decimal digits, because
 * products of binary fractions are not exact. Fractions of a cent are rounded half up.
 * @returns `undefined` for anything that is not a price
 */
export const priceCents = (price: unknown): number | undefined => {
  const text = typeof price === 'number' ? String(price) : price;
  if (typeof text !== 'string') return undefined;
  const [, dollars, fraction = ''] = DOLLARS.exec(text.trim()) ?? [];
  if (dollars === undefined) return undefined;
  const cents = Number(`${dollars}${fraction.padEnd(2, '0').slice(0, 2)}`);
  return cents + (Number(fraction[2] ?? 0) >= 5 ? 1 : 0);
};
