/** The local times of a zone, minute by minute, from `Intl` alone: no tested code is used. */
export interface WallTime {
  utcMs: number;
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  /** Sunday is 1. */
  weekday: number;
  /** `2026-03-29T02:30`. */
  text: string;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export const wallClock = (zone: string) => {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (utcMs: number): WallTime => {
    const parts = Object.fromEntries(
      format.formatToParts(utcMs).map(({ type, value }) => [type, value]),
    );
    const { year = '', month = '', day = '', hour = '', minute = '', weekday = '' } = parts;
    return {
      utcMs,
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      weekday: WEEKDAYS.indexOf(weekday) + 1,
      text: `${year}-${month}-${day}T${hour}:${minute}`,
    };
  };
};
