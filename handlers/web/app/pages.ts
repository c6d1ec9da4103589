/** The paths of the pages. A segment after a colon is an id. */
export const PAGES = [
  '/',
  '/callback',
  '/messages',
  '/messages/:id',
  '/failed',
  '/new',
  '/schedules',
  '/schedules/:id',
  '/approvals',
  '/approvals/:id',
  '/effects',
  '/effects/:id',
  '/flags',
  '/system',
] as const;

/** The page that shows the parts that pages consist of. */
export const STYLEGUIDE = '/styleguide';

export type PagePath = (typeof PAGES)[number] | typeof STYLEGUIDE;
