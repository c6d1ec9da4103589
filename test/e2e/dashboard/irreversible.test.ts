import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dashboard, openDashboard } from './support/dashboard.ts';
import { FAILED_REQUEST } from './support/guard.ts';

const REFUSED = { error: { code: 'VALIDATION_ERROR', message: 'refused by a test' } };

describe('an action that cannot be undone', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard();
  });
  afterAll(() => dashboard.close());

  it('is sent after a dialog that shows what it does; a dry run needs no dialog', async () => {
    const operator = await dashboard.signedIn('operator');
    const page = await operator.open('/new?action=golf.book_tee_time');
    const sent: string[] = [];
    await page.route('**/api/actions/golf/**', (route) => {
      sent.push(new URL(route.request().url()).search);
      return route.fulfill({ status: 400, json: REFUSED });
    });
    await page.getByText('needs approval when scheduled').waitFor();
    await page
      .getByRole('button', { name: /example/i })
      .first()
      .click();
    const run = page.getByRole('button', { name: 'Run', exact: true }).first();
    const dialog = page.getByRole('dialog');

    await run.click();
    await dialog.getByText('It cannot be undone').waitFor();
    expect(await dialog.locator('dt').allInnerTexts()).toContain('Course');
    expect(await dialog.getByText(/^\$\d+\.\d\d$/).count()).toBe(1);
    expect(await dialog.getByText(/no further approval/).count()).toBe(1);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(sent).toEqual([]);

    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('refused by a test').waitFor();
    expect(sent).toEqual(['?dry_run=true']);
    await run.click();
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(sent).toEqual(['?dry_run=true', '']);

    await page.close();
    expect(operator.guard.take(FAILED_REQUEST)).toEqual([]);
  });
});
