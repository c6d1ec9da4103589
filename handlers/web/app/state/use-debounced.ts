import { useEffect, useState } from 'preact/hooks';

/** A value that follows `value` when it has not changed for a while. */
export const useDebounced = (value: string, waitMs: number): string => {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), waitMs);
    return () => clearTimeout(timer);
  }, [value, waitMs]);
  return settled;
};
