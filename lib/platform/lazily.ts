export type Lazy<Args extends readonly unknown[], Result> = ((...args: Args) => Promise<Result>) & {
  /** Loads its module now and does nothing else: for warming up. */
  load: () => Promise<unknown>;
};

/**
 * A function whose module is loaded with its first call, for paths that are rare or heavy: nobody else waits for what
 * they need, because the bundle keeps it in a file of its own. Loaded once; a failed load is tried again, although Node
 * remembers a module that threw while it was evaluated, as one does that misses a variable of its environment.
 */
export const lazily = <Args extends readonly unknown[], Result>(
  load: () => Promise<(...args: Args) => Promise<Result>>,
): Lazy<Args, Result> => {
  let loading: ReturnType<typeof load> | undefined;
  let loaded: Awaited<ReturnType<typeof load>> | undefined;
  const loadNow = async () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    loaded = await loading;
    return loaded;
  };
  return Object.assign(async (...args: Args) => (loaded ?? (await loadNow()))(...args), {
    load: loadNow,
  });
};
