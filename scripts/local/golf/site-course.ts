/** How a reservation site speaks: with one transaction id and bare answers, or with registered ids. */
export type SiteGeneration = 'classic' | 'registered';

/** One course with its own reservation site. */
export interface SiteCourse {
  /** Identifies the course among those of the server. */
  name: string;
  title: string;
  courseId: number;
  siteId: number;
  terminalId: number;
  websiteId: string;
  clientId: string;
  /** The token endpoint demands `client_id` and this secret when it is set. */
  clientSecret?: string;
  /** IANA name. */
  zone: string;
  generation: SiteGeneration;
  /** The last day that can be booked. Days after today. */
  daysInAdvance: number;
  /** The last day can be booked from this local time on. `HH:mm`. */
  releaseTime: string;
  /** Bookings of a golfer for one day. Count. */
  maximumDailyBookings: number;
  /** Whether the list of reservations names the bookings of each. */
  listsBookingIds: boolean;
  /** The reasons that a cancellation may state. */
  cancelReasonIds: readonly number[];
}

/** A golfer who may sign in. */
export interface SiteAccount {
  username: string;
  password: string;
  golferId: number;
  acct: string;
  email: string;
}

/** What the sites have in common. */
export const SITE_DEFAULTS = {
  siteId: 3,
  terminalId: 7,
  clientId: 'onlineresweb',
  daysInAdvance: 7,
  releaseTime: '07:00',
  maximumDailyBookings: 4,
  cancelReasonIds: [0, 1],
};

/** A course of each generation, in different time zones. */
export const LOCAL_COURSES: readonly SiteCourse[] = [
  {
    ...SITE_DEFAULTS,
    name: 'east',
    title: 'East Course',
    courseId: 1,
    websiteId: '3b0f4a52-1d1e-4c80-9a57-0c5f3a1f7e01',
    zone: 'America/New_York',
    generation: 'classic',
    listsBookingIds: false,
  },
  {
    ...SITE_DEFAULTS,
    name: 'west',
    title: 'West Course',
    courseId: 2,
    websiteId: '7c9d2e64-58aa-4f0b-8f3d-2b6a9e4c1d02',
    zone: 'America/Los_Angeles',
    generation: 'registered',
    listsBookingIds: true,
  },
];
