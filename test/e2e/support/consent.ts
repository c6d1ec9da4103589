import type { Browser, Page } from 'playwright-core';
import type { Person } from './people.ts';

const ACTION_TIMEOUT_MS = 30_000;

/** A tab of a browser that has no cookies. */
export const newTab = async (browser: Browser): Promise<Page> => {
  const context = await browser.newContext();
  context.setDefaultTimeout(ACTION_TIMEOUT_MS);
  return context.newPage();
};

/** Fills in the sign-in page of the pool, which the tab shows. */
export const enterPassword = async (page: Page, { email, password }: Person): Promise<void> => {
  await page.getByLabel('Username').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** Agrees on the consent page at that address, and signs in. */
export const connectAs =
  (browser: Browser, person: Person) =>
  async (pageUrl: string): Promise<void> => {
    const page = await newTab(browser);
    await page.goto(pageUrl);
    await page.getByRole('button', { name: 'Allow' }).click();
    await enterPassword(page, person);
  };
