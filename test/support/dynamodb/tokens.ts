const VALID_MS = 10 * 60_000;

/**
 * The tokens of the transactions that were applied. A token is valid for ten minutes.
 * @param nowMs the clock. Milliseconds since the Unix epoch
 */
export const createTokens = (nowMs: () => number) => {
  /** In the order of their times. */
  const known = new Map<string, { payload: string; atMs: number }>();

  const dropExpired = () => {
    for (const [token, { atMs }] of known) {
      if (nowMs() - atMs < VALID_MS) break;
      known.delete(token);
    }
  };

  return {
    /** The payload of the transaction that was applied with a token. */
    find: (token: string): string | undefined => {
      dropExpired();
      return known.get(token)?.payload;
    },
    add: (token: string, payload: string) => {
      known.set(token, { payload, atMs: nowMs() });
    },
    clear: () => known.clear(),
  };
};
