import type { Page } from 'playwright-core';
import type { ExampleIds } from './create-examples.ts';

/** A picture of a page of the dashboard. */
export interface Picture {
  /** The name of its file, without the extension. */
  name: string;
  screen: keyof typeof SCREENS;
  theme: 'light' | 'dark';
  /** The height of the page. Pixels. */
  height: number;
  path: (ids: ExampleIds) => string;
  /** What a person does on the page before the picture is taken. */
  act?: (page: Page) => Promise<void>;
}

/** Widths. Pixels. */
export const SCREENS = { desk: 1_280, phone: 390 };

/** The size that no picture may reach. Bytes. */
export const MAX_PICTURE_BYTES = 150_000;

/** Every picture of the documents. */
export const PICTURES: readonly Picture[] = [
  { name: 'overview', screen: 'desk', theme: 'light', height: 900, path: () => '/' },
  { name: 'overview-dark', screen: 'desk', theme: 'dark', height: 640, path: () => '/' },
  { name: 'phone', screen: 'phone', theme: 'light', height: 844, path: () => '/' },
  {
    ...{ name: 'messages', screen: 'desk', theme: 'light', height: 620 },
    path: () => '/messages',
  },
  {
    ...{ name: 'run', screen: 'desk', theme: 'light', height: 840 },
    path: ({ forecast }) => `/messages/${forecast}`,
  },
  {
    ...{ name: 'failed-message', screen: 'desk', theme: 'light', height: 560 },
    path: ({ failed }) => `/messages/${failed}`,
  },
  {
    ...{ name: 'failed', screen: 'desk', theme: 'light', height: 620 },
    path: () => '/failed',
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Show \d/ })
        .first()
        .click();
      for (const box of await page.getByRole('checkbox').all()) await box.check();
    },
  },
  {
    ...{ name: 'action', screen: 'desk', theme: 'light', height: 860 },
    path: ({ forecast }) => `/new?action=weather.get_forecast&sent=${forecast}`,
    act: async (page) => {
      await page.getByLabel('Days').fill('2');
      await page.getByLabel('Days').blur();
    },
  },
  {
    ...{ name: 'schedules', screen: 'desk', theme: 'light', height: 560 },
    path: () => '/schedules',
  },
  {
    ...{ name: 'new-schedule', screen: 'desk', theme: 'light', height: 720 },
    path: () => '/schedules?new=1',
    act: async (page) => {
      await page.getByLabel('Name').fill('standup');
      await page.getByLabel('Repeats').selectOption({ label: 'Every weekday, Monday to Friday' });
      await page.getByLabel('At', { exact: true }).fill('09:45');
      await page.getByLabel('At', { exact: true }).blur();
      await page
        .getByText(/, 09:45$/)
        .first()
        .waitFor();
    },
  },
  {
    ...{ name: 'schedule', screen: 'desk', theme: 'light', height: 660 },
    path: ({ schedule }) => `/schedules/${schedule}`,
  },
  { name: 'flags', screen: 'desk', theme: 'light', height: 560, path: () => '/flags' },
  { name: 'system', screen: 'desk', theme: 'light', height: 760, path: () => '/system' },
];

/** @throws Error that names every picture that is too large */
export const requireSmall = (sizes: ReadonlyMap<string, number>): void => {
  const large = [...sizes].filter(([, bytes]) => bytes >= MAX_PICTURE_BYTES);
  if (large.length === 0) return;
  const names = large.map(([name, bytes]) => `${name} has ${bytes} bytes`);
  throw new Error(
    `a picture must have less than ${MAX_PICTURE_BYTES} bytes: ${names.join(', ')}. Make its height smaller.`,
  );
};
