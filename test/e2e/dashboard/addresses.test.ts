import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dashboard, openDashboard, signIn } from './support/dashboard.ts';
import { FAILED_REQUEST } from './support/guard.ts';

describe('an address of the dashboard', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard();
  });
  afterAll(() => dashboard.close());

  it('that begins with two slashes leads to no other host after the sign-in', async () => {
    const { context, person } = await dashboard.visitor('viewer');
    const page = await context.newPage();
    await page.goto(`${dashboard.url}//other.example/messages`);

    await signIn(page, person);
    await page.locator('.frame h1').waitFor();

    expect(page.url()).toBe(`${dashboard.url}/other.example/messages`);
    await context.close();
  });

  it('that the server does not have shows no page, also if it resembles one', async () => {
    const viewer = await dashboard.signedIn('viewer');
    const page = await viewer.open('/flags/');

    await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'Flags' }).click();
    await page.getByRole('heading', { level: 1, name: 'Flags' }).waitFor();

    // The browser reports the status of the document itself.
    expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
    await page.close();
  });

  it('that cannot be read says so, and the next page is shown', async () => {
    const viewer = await dashboard.signedIn('viewer');
    const page = await viewer.open('/system');

    await page.evaluate(
      `history.pushState(null, '', '/messages/%'); dispatchEvent(new PopStateEvent('popstate'))`,
    );
    await page.getByRole('alert').getByText('This page cannot be shown.').waitFor();
    await page.getByRole('link', { name: 'Flags' }).click();
    await page.getByRole('heading', { name: 'Flags' }).waitFor();

    expect(await page.getByText('This page cannot be shown.').count()).toBe(0);
    expect(viewer.guard.take(/URI malformed/)).toEqual([]);
    await page.close();
  });
});
