import type { TeeTime } from './tee-sheet.ts';

export type ItemCode = 'GreenFee18' | 'GreenFee9' | 'HalfCart18' | 'HalfCart9';

const DESCRIPTIONS: Readonly<Record<ItemCode, string>> = {
  GreenFee18: 'Green fee, 18 holes',
  GreenFee9: 'Green fee, 9 holes',
  HalfCart18: 'Half cart, 18 holes',
  HalfCart9: 'Half cart, 9 holes',
};
const TAX = 0.06;
/** What the fault `price drift` adds. */
const DRIFT = 0.25;

/** The price of an item for one player, without tax. Cents. */
const centsOf = (code: ItemCode, { isWeekend, holes }: TeeTime): number => {
  if (code === 'HalfCart18') return 2_050;
  if (code === 'HalfCart9') return 1_225;
  if (code === 'GreenFee18') return isWeekend ? 6_150 : 4_525;
  return (isWeekend ? 3_600 : 2_775) - (holes === 9 ? 300 : 0);
};

const withTax = (cents: number): number => Math.round(cents * (1 + TAX));

/** Dollars, as the site writes them. */
const dollars = (cents: number): number => cents / 100;

/** The prices of a tee time as a slot lists them. */
export const listedPrices = (teeTime: TeeTime) => {
  const codes: ItemCode[] = ['GreenFee9', 'HalfCart9'];
  if (teeTime.holes === 18) codes.unshift('GreenFee18', 'HalfCart18');
  return codes.map((shItemCode) => {
    const cents = centsOf(shItemCode, teeTime);
    return {
      shItemCode,
      price: dollars(cents),
      taxInclusivePrice: dollars(withTax(cents)),
      itemDesc: DESCRIPTIONS[shItemCode],
    };
  });
};

export interface Order {
  holes: 9 | 18;
  players: number;
  /** Players who share a cart. */
  riders: number;
}

/** The price of an order: without tax, in total, and what is due at the course, which is everything. Dollars. */
export const summarize = (
  teeTime: TeeTime,
  { holes, players, riders }: Order,
  { isDrifted }: { isDrifted: boolean },
) => {
  const greenFees = centsOf(holes === 18 ? 'GreenFee18' : 'GreenFee9', teeTime) * players;
  const carts = centsOf(holes === 18 ? 'HalfCart18' : 'HalfCart9', teeTime) * riders;
  const cents = Math.round((greenFees + carts) * (isDrifted ? 1 + DRIFT : 1));
  const total = dollars(withTax(cents));
  return { subTotal: dollars(cents), total, totalDueAtCourse: total };
};
