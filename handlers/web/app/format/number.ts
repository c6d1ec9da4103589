/** `1,234` */
export const countText = (count: number): string => new Intl.NumberFormat('en').format(count);

/** `98.5%` of a fraction from 0 to 1. */
export const percentText = (fraction: number): string =>
  new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 }).format(fraction);

/** `1 message`, `2 messages` */
export const quantityText = (count: number, singular: string, plural = `${singular}s`): string =>
  `${countText(count)} ${count === 1 ? singular : plural}`;
