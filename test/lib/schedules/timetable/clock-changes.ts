/** A day on which clocks change, in local time: they go from `before` to `after`. */
export interface ClockChange {
  zone: string;
  /** The instant of the change, UTC. */
  utc: string;
  before: string;
  after: string;
}

/**
 * Every clock change of 2026 and 2027 in these zones, from their rules: the last Sunday of March and of October in
 * Europe, at 1:00 UTC; the second Sunday of March and the first of November in North America; the first Sunday of
 * April and of October in Australia, where Lord Howe goes by half an hour; the first Sunday of April and the last of
 * September in New Zealand; in Chile the first Sunday after 2 April and after 2 September, at midnight.
 */
const TABLE = `
  Europe/Berlin        2026-03-29T01:00Z  2026-03-29T02:00  2026-03-29T03:00
  Europe/Berlin        2026-10-25T01:00Z  2026-10-25T03:00  2026-10-25T02:00
  Europe/Berlin        2027-03-28T01:00Z  2027-03-28T02:00  2027-03-28T03:00
  Europe/Berlin        2027-10-31T01:00Z  2027-10-31T03:00  2027-10-31T02:00
  Europe/London        2026-03-29T01:00Z  2026-03-29T01:00  2026-03-29T02:00
  Europe/London        2026-10-25T01:00Z  2026-10-25T02:00  2026-10-25T01:00
  Europe/London        2027-03-28T01:00Z  2027-03-28T01:00  2027-03-28T02:00
  Europe/London        2027-10-31T01:00Z  2027-10-31T02:00  2027-10-31T01:00
  America/New_York     2026-03-08T07:00Z  2026-03-08T02:00  2026-03-08T03:00
  America/New_York     2026-11-01T06:00Z  2026-11-01T02:00  2026-11-01T01:00
  America/New_York     2027-03-14T07:00Z  2027-03-14T02:00  2027-03-14T03:00
  America/New_York     2027-11-07T06:00Z  2027-11-07T02:00  2027-11-07T01:00
  America/Havana       2026-03-08T05:00Z  2026-03-08T00:00  2026-03-08T01:00
  America/Havana       2026-11-01T05:00Z  2026-11-01T01:00  2026-11-01T00:00
  America/Havana       2027-03-14T05:00Z  2027-03-14T00:00  2027-03-14T01:00
  America/Havana       2027-11-07T05:00Z  2027-11-07T01:00  2027-11-07T00:00
  America/Santiago     2026-04-05T03:00Z  2026-04-05T00:00  2026-04-04T23:00
  America/Santiago     2026-09-06T04:00Z  2026-09-06T00:00  2026-09-06T01:00
  America/Santiago     2027-04-04T03:00Z  2027-04-04T00:00  2027-04-03T23:00
  America/Santiago     2027-09-05T04:00Z  2027-09-05T00:00  2027-09-05T01:00
  Australia/Sydney     2026-04-04T16:00Z  2026-04-05T03:00  2026-04-05T02:00
  Australia/Sydney     2026-10-03T16:00Z  2026-10-04T02:00  2026-10-04T03:00
  Australia/Sydney     2027-04-03T16:00Z  2027-04-04T03:00  2027-04-04T02:00
  Australia/Sydney     2027-10-02T16:00Z  2027-10-03T02:00  2027-10-03T03:00
  Australia/Lord_Howe  2026-04-04T15:00Z  2026-04-05T02:00  2026-04-05T01:30
  Australia/Lord_Howe  2026-10-03T15:30Z  2026-10-04T02:00  2026-10-04T02:30
  Australia/Lord_Howe  2027-04-03T15:00Z  2027-04-04T02:00  2027-04-04T01:30
  Australia/Lord_Howe  2027-10-02T15:30Z  2027-10-03T02:00  2027-10-03T02:30
  Pacific/Chatham      2026-04-04T14:00Z  2026-04-05T03:45  2026-04-05T02:45
  Pacific/Chatham      2026-09-26T14:00Z  2026-09-27T02:45  2026-09-27T03:45
  Pacific/Chatham      2027-04-03T14:00Z  2027-04-04T03:45  2027-04-04T02:45
  Pacific/Chatham      2027-09-25T14:00Z  2027-09-26T02:45  2027-09-26T03:45
`;

export const CLOCK_CHANGES: readonly ClockChange[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [zone = '', utc = '', before = '', after = ''] = line.trim().split(/ +/);
    return { zone, utc, before, after };
  });

/** Zones whose clocks never change in these years. */
export const STEADY_ZONES = ['America/Sao_Paulo', 'Asia/Kathmandu', 'Asia/Tokyo', 'UTC'];

export const CHANGING_ZONES = [...new Set(CLOCK_CHANGES.map(({ zone }) => zone))];
