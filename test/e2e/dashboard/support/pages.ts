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

/** Every page, with rows that exist. */
export const pagesWith = ({
  messageId,
  scheduleId,
  approvalId,
  effectId,
}: {
  messageId: string;
  scheduleId: string;
  approvalId: string;
  effectId: string;
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
    path: '/approvals',
    heading: 'Approvals',
    readsData: true,
    isLive: true,
    empty: /Nothing waits for a yes/,
    noMatch: { path: '/approvals?status=denied', text: /No approval matches/ },
  },
  {
    path: `/approvals/${approvalId}`,
    heading: 'Book a tee time',
    readsData: true,
    isLive: true,
  },
  {
    path: '/effects',
    heading: 'Effects',
    readsData: true,
    isLive: true,
    empty: /There are no effects yet/,
    noMatch: { path: '/effects?status=planned', text: /No effect matches/ },
  },
  { path: `/effects/${effectId}`, heading: 'Book tee time', readsData: true, isLive: true },
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
