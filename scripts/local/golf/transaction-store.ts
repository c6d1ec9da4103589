import type { Order } from './price-list.ts';

/** A calculated price that waits for its booking. */
export interface PricedOrder extends Order {
  golferId: number;
  teeSheetId: number;
  seats: readonly number[];
  /** Dollars. */
  total: number;
  totalDueAtCourse: number;
}

/** The ids that tie the steps of a booking together. */
export const transactionStore = () => {
  const registered = new Map<string, { golferId: number; usedFor?: 'search' | 'booking' }>();
  const priced = new Map<string, PricedOrder>();

  return {
    /** @returns whether the id is new */
    register: (id: string, golferId: number): boolean => {
      if (registered.has(id) || priced.has(id)) return false;
      registered.set(id, { golferId });
      return true;
    },
    /** Uses a registered id. Several searches may use the same one; a booking needs one that nothing used. */
    useRegistered: (id: string, golferId: number, purpose: 'search' | 'booking'): boolean => {
      const entry = registered.get(id);
      const isFree =
        entry?.usedFor === undefined || (purpose === 'search' && entry.usedFor === 'search');
      if (entry === undefined || entry.golferId !== golferId || !isFree) return false;
      entry.usedFor = purpose;
      return true;
    },
    addPriced: (id: string, order: PricedOrder) => void priced.set(id, order),
    findPriced: (id: string, golferId: number): PricedOrder | undefined => {
      const order = priced.get(id);
      return order?.golferId === golferId ? order : undefined;
    },
    removePriced: (id: string) => void priced.delete(id),
    clear: () => {
      registered.clear();
      priced.clear();
    },
  };
};

export type Transactions = ReturnType<typeof transactionStore>;
