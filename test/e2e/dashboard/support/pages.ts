/** A page and what it shows in its states. */
export interface PageCase {
  path: string;
  heading: string | RegExp;
  /** Whether it reads data, and so can be loading, fail and be offline. */
  readsData: boolean;
  /** Whether it reads again by itself. */
  isLive?: boolean;
  /** What it says when the API has nothing. */
  empty?: RegExp;
  /** A path with a filter that nothing matches, and what it says then. */
  noMatch?: { path: string; text: RegExp };
}

/** Every page, with a message and a schedule that exist. */
export const pagesWith = (_ids: { messageId: string; scheduleId: string }): readonly PageCase[] => [
  { path: '/', heading: 'Overview', readsData: false },
  {
    path: '/messages',
    heading: 'Messages',
    readsData: true,
    isLive: true,
    empty: /There are no messages yet/,
    noMatch: { path: '/messages?created_by=user:nobody', text: /No message matches/ },
  },
  { path: '/failed', heading: /Failed/, readsData: false },
  { path: '/new', heading: /New/, readsData: false },
  { path: '/schedules', heading: /Schedules/, readsData: false },
  { path: '/flags', heading: /Flags/, readsData: false },
  { path: '/system', heading: /System/, readsData: false },
  { path: '/styleguide', heading: /./, readsData: false },
];
