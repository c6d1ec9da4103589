const MONEY = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD' });

/** `$1,234.50` of an amount in cents. */
export const moneyText = (cents: number): string => MONEY.format(cents / 100);
