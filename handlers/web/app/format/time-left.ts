const SECOND_MS = 1_000;
const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;

/** The time left, rounded down to seconds: `11 h 5 min`, `29 min 41 s`, `41 s`. Nothing is left below zero. */
export const timeLeftText = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / SECOND_MS));
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE);
  if (minutes >= MINUTES_PER_HOUR)
    return `${Math.floor(minutes / MINUTES_PER_HOUR)} h ${minutes % MINUTES_PER_HOUR} min`;
  const rest = `${seconds % SECONDS_PER_MINUTE} s`;
  return minutes === 0 ? rest : `${minutes} min ${rest}`;
};
