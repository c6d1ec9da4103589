/**
 * A value that is loaded when it is first requested, for example a module that is large or rarely used. All requests share
 * one load. After a failed load, the next request loads again.
 */
export const lazily = <Value>(load: () => Promise<Value>): (() => Promise<Value>) => {
  let loading: Promise<Value> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
};
