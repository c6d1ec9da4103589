import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dateText } from '#lib/actions/golf/local-day.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import { type Bookings, bookingsIn } from '#test/e2e/support/bookings.ts';
import { type Dashboard, openDashboard, signIn, type Viewer } from './support/dashboard.ts';
import { FAILED_REQUEST } from './support/guard.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const ENDED_WITHIN_MS = 30_000;

describe('a booking that a schedule begins, on a phone', () => {
  let dashboard: Dashboard;
  let golf: Bookings;
  let owner: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
    golf = await bookingsIn(dashboard.scene);
    owner = await dashboard.visitor('operator', PHONE);
  }, 120_000);

  afterAll(async () => {
    // Closing the bookings closes the scene, too.
    await dashboard.browser.close();
    await golf.close();
  });

  /** Fires a schedule, and waits for the push that asks. */
  const ask = async (dayMs: number) => {
    const schedule = await golf.schedule(dayMs);
    await golf.fire(schedule.name);
    const booking = await golf.bookingOf(schedule);
    const id = await golf.asked(booking);
    const run = booking.correlation_id;
    const link = await golf.eventually('a push', { runs: [run] }, async () => {
      const [push] = await golf.pushesOf(run);
      return push?.click;
    });
    return { booking, id, link };
  };

  it('is made once after a tap on the page of the push, and a second tap finds it done', {
    timeout: 120_000,
  }, async () => {
    const dayMs = golf.newMonday();
    const { booking, id, link } = await ask(dayMs);
    const page = await owner.context.newPage();
    await page.goto(link);
    await signIn(page, owner.person);
    await page.getByRole('heading', { level: 1, name: 'Golf booking' }).waitFor();
    const returnedTo = page.url();
    const second = await owner.context.newPage();
    await second.goto(link);
    const approve = { name: 'Approve', exact: true };
    await second.getByRole('button', approve).waitFor();

    await page.getByRole('button', approve).tap();
    await page.getByText(/Booked: East Course/).waitFor({ timeout: ENDED_WITHIN_MS });
    const late = second.getByRole('button', approve);
    if ((await late.count()) > 0) await late.tap();
    await second.getByText(/Booked: East Course/).waitFor({ timeout: ENDED_WITHIN_MS });
    const buttons = await second.getByRole('button', approve).count();
    await golf.runEnded(booking.correlation_id, 4);

    expect(returnedTo).toBe(link);
    expect(buttons).toBe(0);
    expect(golf.bookedOn('east', dateText(dayMs))).toHaveLength(1);
    expect(await golf.approval(id)).toMatchObject({
      ...{ status: 'used', decided_by: expect.stringMatching(/^user:/) },
    });
    await Promise.all([page.close(), second.close()]);
    expect(owner.guard.take(FAILED_REQUEST)).toEqual([]);
  });

  it('that expires while the page is open can no longer be allowed, and is not made', async () => {
    const dayMs = golf.newMonday();
    const { booking, id, link } = await ask(dayMs);
    await golf.rows.edit('approvals', { id }, { expires_at: iso(Date.now() + 10 * SECOND_MS) });
    const page = await owner.context.newPage();
    await page.goto(link);
    await page.getByRole('button', { name: 'Approve', exact: true }).waitFor();

    await page.getByText('The time for a yes is over.').waitFor();
    const isDisabled = await page
      .getByRole('button', { name: 'Approve', exact: true })
      .isDisabled();
    await golf.sweep();
    const failed = await golf.ended(booking);

    expect(isDisabled).toBe(true);
    expect(failed).toMatchObject({ status: 'failed', error_code: 'APPROVAL_EXPIRED' });
    expect(golf.bookedOn('east', dateText(dayMs))).toEqual([]);
    await page.close();
    expect(owner.guard.take(FAILED_REQUEST)).toEqual([]);
  });
});
