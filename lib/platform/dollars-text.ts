/** `$95.94` */
export const dollarsText = (cents: number): string =>
  `$${Math.floor(cents / 100)}.${`${cents % 100}`.padStart(2, '0')}`;
