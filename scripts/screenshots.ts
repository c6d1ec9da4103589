/**
 * Makes the pictures of the documents: `make screenshots`. It creates messages and schedules on the running platform, opens
 * its dashboard in a browser, and writes `docs/pictures/`. The pictures also show what the platform had before, so start with an
 * empty one: `make dev RESET=1`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '#test/support/browser.ts';
import { command } from './command.ts';
import { localClients } from './local/clients.ts';
import { fireBody, scheduleCalled, schedulesOf, sendFire } from './local/fire.ts';
import { ROOT } from './local/paths.ts';
import { runningPlatform } from './local/running-platform.ts';
import { line } from './printable.ts';
import { createExamples, type ExampleIds } from './screenshots/create-examples.ts';
import { PICTURES, type Picture, requireSmall, SCREENS } from './screenshots/pictures.ts';
import { localToken } from './users/local-users.ts';
import { FIRST_ADMIN, passwordOf } from './users/passwords.ts';

const FOLDER = join(ROOT, 'docs', 'pictures');
const TIMEOUT_MS = 20_000;
/** A later fire that overtakes an earlier one makes that one uncounted. */
const FIRE_PAUSE_MS = 3_000;

const main = async () => {
  const { apiUrl, endpoint, queueUrls } = runningPlatform();
  const clients = localClients(endpoint);
  console.log('creating what the pictures show');
  const ids = await createExamples({
    ...{ apiUrl, nowMs: Date.now(), token: await localToken(clients, { endpoint }) },
    fire: async (name, atMs) => {
      const schedule = scheduleCalled(name, await schedulesOf(clients.dynamodb));
      await sendFire(clients.sqs, queueUrls.fires ?? '', fireBody(schedule, atMs));
      await sleep(FIRE_PAUSE_MS);
    },
  });

  mkdirSync(FOLDER, { recursive: true });
  const sizes = new Map<string, number>();
  const browser = await openBrowser();
  try {
    for (const picture of PICTURES) {
      const image = await take(browser, picture, { apiUrl, ids });
      writeFileSync(join(FOLDER, `${picture.name}.png`), image);
      sizes.set(picture.name, image.length);
      console.log(line`  ${picture.name}.png  ${image.length} bytes`);
    }
  } finally {
    await browser.close();
  }
  requireSmall(sizes);
};

const take = async (
  browser: Browser,
  { screen, height, theme, path, act }: Picture,
  { apiUrl, ids }: { apiUrl: string; ids: ExampleIds },
): Promise<Buffer> => {
  const context = await browser.newContext({
    ...{ baseURL: apiUrl, colorScheme: theme, reducedMotion: 'reduce' },
    ...{ locale: 'en-GB', timezoneId: 'Europe/Berlin' },
    viewport: { width: SCREENS[screen], height },
    hasTouch: screen === 'phone',
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  try {
    const page = await context.newPage();
    await page.goto(path(ids));
    await signIn(page);
    await settle(page);
    await act?.(page);
    await settle(page);
    await page.evaluate('scrollTo(0, 0)');
    return await page.screenshot({ animations: 'disabled' });
  } finally {
    await context.close();
  }
};

/** Signs in at the sign-in page of the platform, which leads back to the page. */
const signIn = async (page: Page): Promise<void> => {
  const password = passwordOf(FIRST_ADMIN);
  if (password === undefined) throw new Error(line`the password of ${FIRST_ADMIN} is not here`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Username').fill(FIRST_ADMIN);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
};

/** Waits until the page shows its data. */
const settle = async (page: Page): Promise<void> => {
  await page.locator('.frame h1').waitFor();
  await page.waitForLoadState('networkidle');
  await page.waitForFunction('document.querySelector("[aria-busy=true]") === null');
};

if (import.meta.main) await command(main);
