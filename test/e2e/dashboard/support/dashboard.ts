import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { inject } from 'vitest';
import type { Role } from '#lib/identity/roles.ts';
import { aPerson, type Person } from '#test/e2e/support/people.ts';
import { openScene, type Scene } from '#test/e2e/support/scene.ts';
import { openBrowser } from '#test/support/browser.ts';
import { type Guard, guard } from './guard.ts';
import { type Seed, seedIn } from './seed.ts';

/** One user's part of the browser: cookies, storage and tabs. */
export interface Viewer {
  person: Person;
  context: BrowserContext;
  guard: Guard;
  /** A new tab that shows that page. The viewer is signed in already. */
  open: (path: string) => Promise<Page>;
}

export interface Dashboard {
  scene: Scene;
  browser: Browser;
  /** The address of the dashboard. */
  url: string;
  /** Rows that `close` deletes. */
  seed: Seed;
  /** A viewer with a guard who is not signed in. */
  visitor: (role: Role, options?: BrowserContextOptions) => Promise<Viewer>;
  /** A viewer who is signed in; the same one throughout the file. */
  signedIn: (role: Role) => Promise<Viewer>;
  close: () => Promise<void>;
}

const PHONE = { width: 320, height: 640 };
const DESK = { width: 1_280, height: 900 };
/** The sizes at which the layout is measured. */
export const VIEWPORTS = { phone: PHONE, desk: DESK };

/** The platform that all files share, and a browser. Close it in `afterAll`. */
export const openDashboard = async (): Promise<Dashboard> => {
  const { apiUrl: url } = inject('platform');
  const [scene, browser] = await Promise.all([openScene(), openBrowser()]);
  const seed = seedIn(scene.clients);
  const viewers = new Map<Role, Promise<Viewer>>();

  const visitor = async (role: Role, options: BrowserContextOptions = {}): Promise<Viewer> => {
    const person = await aPerson(scene.clients, role);
    const context = await browser.newContext({
      viewport: DESK,
      timezoneId: 'Europe/Berlin',
      baseURL: url,
      ...options,
    });
    context.setDefaultTimeout(ACTION_TIMEOUT_MS);
    return {
      person,
      context,
      guard: await guard(context),
      open: async (path) => {
        const page = await context.newPage();
        await page.goto(path);
        await page.locator('.frame h1').waitFor();
        return page;
      },
    };
  };
  const signedInNow = async (role: Role) => {
    const viewer = await visitor(role);
    const page = await viewer.context.newPage();
    await page.goto('/styleguide');
    await signIn(page, viewer.person);
    await page.locator('.frame').waitFor();
    await page.close();
    return viewer;
  };

  return {
    ...{ scene, browser, url, seed, visitor },
    signedIn: (role) => {
      const viewer = viewers.get(role) ?? signedInNow(role);
      viewers.set(role, viewer);
      return viewer;
    },
    close: async () => {
      await browser.close();
      await seed.clear();
      await scene.close();
    },
  };
};

const ACTION_TIMEOUT_MS = 15_000;

/** Signs in at the real sign-in page, from a page of the dashboard that asks for it. */
export const signIn = async (page: Page, { email, password }: Person): Promise<void> => {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Username').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};
