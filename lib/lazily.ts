/**
 * A function whose module is loaded with its first call, for paths that are rare or heavy: nobody else waits for what
 * they need, because the bundle keeps it in a file of its own. Loaded once; a failed load is tried again.
 */
export const lazily = <Args extends readonly unknown[], Result>(
  load: () => Promise<(...args: Args) => Promise<Result>>,
): ((...args: Args) => Promise<Result>) => {
  let loaded: ReturnType<typeof load> | undefined;
  return async (...args) => {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return (await loaded)(...args);
  };
};
