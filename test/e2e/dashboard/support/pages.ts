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
export const pagesWith = ({
  messageId,
  scheduleId,
}: {
  messageId: string;
  scheduleId: string;
}): readonly PageCase[] => [
  {
    path: '/',
    heading: 'Overview',
    readsData: true,
    isLive: true,
    empty: /All is well/,
  },
  {
    path: '/messages',
    heading: 'Messages',
    readsData: true,
    isLive: true,
    empty: /There are no messages yet/,
    noMatch: { path: '/messages?created_by=user:nobody', text: /No message matches/ },
  },
  { path: `/messages/${messageId}`, heading: 'Water the plants', readsData: true },
  {
    path: '/failed',
    heading: 'Failed messages',
    readsData: true,
    isLive: true,
    empty: /No message of .+ has failed/,
  },
  { path: '/new', heading: 'New', readsData: true },
  { path: '/new?type=manual', heading: 'New manual message', readsData: true },
  { path: '/new?action=weather.get_forecast', heading: 'Weather forecast', readsData: true },
  {
    path: '/schedules',
    heading: 'Schedules',
    readsData: true,
    isLive: true,
    empty: /There are no schedules yet/,
    noMatch: { path: '/schedules?text=nothing-like-this', text: /No schedule matches/ },
  },
  { path: '/schedules?new=1', heading: /New schedule/, readsData: false },
  { path: `/schedules/${scheduleId}`, heading: 'e2e-pages', readsData: true, isLive: true },
  { path: `/schedules/${scheduleId}?edit=1`, heading: 'Edit e2e-pages', readsData: true },
  {
    path: '/flags',
    heading: 'Flags',
    readsData: true,
    isLive: true,
    empty: /There are no flags/,
  },
  { path: '/system', heading: 'System', readsData: true, isLive: true },
  { path: '/styleguide', heading: 'Style guide', readsData: false },
];
