/** A message that the API accepted, or a push, as the API returns it. */
export interface LoadedMessage {
  id: string;
  created_date: string;
  parent_id?: string | undefined;
  status: string;
  processing_completed_at?: string | undefined;
}

export interface Delivery {
  /** Accepted messages without a push on the phone. */
  lost: string[];
  /** Accepted messages with more than one push on the phone. */
  doubled: string[];
  /** From the creation of a message to the end of its push. Milliseconds. */
  latenciesMs: number[];
  /** When each push ended. Milliseconds since the Unix epoch. */
  endsMs: number[];
}

/**
 * Compares what the API accepted with what arrived.
 * @param accepted ids of the messages that the API accepted
 * @param pushes the messages of type `notify`
 * @param shown the sequence id of each push that the phone got, once per push; it is the id of its `notify` message
 */
export const deliveryOf = (
  accepted: ReadonlyMap<string, LoadedMessage>,
  pushes: readonly LoadedMessage[],
  shown: readonly string[],
): Delivery => {
  const times = new Map<string, number>();
  for (const id of shown) times.set(id, (times.get(id) ?? 0) + 1);
  const arrivals = new Map<string, number>();
  const latenciesMs: number[] = [];
  const endsMs: number[] = [];
  for (const { id, parent_id = '', processing_completed_at } of pushes) {
    const parent = accepted.get(parent_id);
    if (parent === undefined) continue;
    arrivals.set(parent_id, (arrivals.get(parent_id) ?? 0) + (times.get(id) ?? 0));
    if (processing_completed_at !== undefined) {
      const endMs = Date.parse(processing_completed_at);
      latenciesMs.push(endMs - Date.parse(parent.created_date));
      endsMs.push(endMs);
    }
  }
  const ids = [...accepted.keys()];
  return {
    lost: ids.filter((id) => (arrivals.get(id) ?? 0) === 0),
    doubled: ids.filter((id) => (arrivals.get(id) ?? 0) > 1),
    latenciesMs,
    endsMs,
  };
};
