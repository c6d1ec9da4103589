import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { anApproval } from '#test/support/approvals.ts';
import { type Dashboard, openDashboard, signIn } from './support/dashboard.ts';
import { FAILED_REQUEST } from './support/guard.ts';
import { anError, answerLedger, type LedgerAnswers } from './support/ledger-answers.ts';
import { anEndedMessage } from './support/seed.ts';

const PHONE = { width: 390, height: 844 };
/** The smallest size for a thumb. Source: Apple's Human Interface Guidelines. CSS pixels. */
const THUMB_PX = 44;

const waiting: Partial<Message> = { status: 'queued', due_bucket: 'held-approval', attempt: 1 };
const aMessage = (fields: Partial<Message> = {}): Message => {
  const { result: _, ...message } = anEndedMessage(Date.now() - MINUTE_MS);
  return { ...message, id: anApproval().message_id, message_type: 'web_action', ...fields };
};

const answersWith = (approval: Partial<Approval>, message: Partial<Message> = waiting) => {
  const nowMs = Date.now();
  const times = { created_date: iso(nowMs), expires_at: iso(nowMs + 30 * MINUTE_MS) };
  const answers: LedgerAnswers = {
    approvals: [anApproval({ ...times, ...approval })],
    effects: [],
    message: aMessage(message),
    posts: [],
  };
  return answers;
};

const { id } = anApproval();
const PATH = `/approvals/${id}`;
const decided = { decided_by: 'user:grace', decided_at: iso(Date.now()) } as const;

/** The platform decides, and the message ends. */
const decideWith = (answers: LedgerAnswers, ended: Partial<Message>) => {
  answers.onPost = (path) => {
    const status = path.endsWith('/deny') ? 'denied' : 'approved';
    const approval = { ...answers.approvals[0], status, ...decided } as Approval;
    answers.approvals = [approval];
    answers.message = aMessage(ended);
    return { json: approval };
  };
};

describe('an approval', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard();
  });
  afterAll(() => dashboard.close());

  const open = async (answers: LedgerAnswers, role: 'operator' | 'viewer' = 'operator') => {
    const viewer = await dashboard.signedIn(role);
    const page = await viewer.context.newPage();
    await page.setViewportSize(PHONE);
    await answerLedger(page, answers);
    await page.goto(PATH);
    await page.getByRole('heading', { level: 1, name: 'Book a tee time' }).waitFor();
    return { page, close: () => closed(page, viewer.guard.take) };
  };
  const closed = async (page: Page, take: (...expected: RegExp[]) => string[]) => {
    await page.close();
    expect(take(FAILED_REQUEST)).toEqual([]);
  };
  const approve = (page: Page) => page.getByRole('button', { name: 'Approve' });
  const deny = (page: Page) => page.getByRole('button', { name: 'Deny' });

  it('is approved on a phone, and the page shows what became of it', async () => {
    const answers = answersWith({});
    const summary = 'Booked: Birdsfoot, 08:10. Confirmation ABC.';
    decideWith(answers, { status: 'completed', result: { summary }, effect_id: 'eff_1' });
    const { page, close } = await open(answers);
    for (const button of [approve(page), deny(page)]) {
      const box = await button.boundingBox();
      expect(box?.height).toBeGreaterThanOrEqual(THUMB_PX);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height);
    }
    expect(await page.getByText('$80.00').count()).toBe(1);
    expect(await page.getByRole('timer').textContent()).toMatch(/^(30|29) min/);

    await page.getByRole('textbox', { name: /^Reason/ }).fill('a fair price');
    await approve(page).click();
    await page.getByText(summary).waitFor();

    expect(answers.posts).toEqual([
      { path: `/api${PATH}/approve`, body: { reason: 'a fair price' } },
    ]);
    expect(await page.getByText('user:grace').count()).toBe(1);
    expect(await approve(page).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Open the effect' }).getAttribute('href')).toBe(
      '/effects/eff_1',
    );
    await close();
  });

  it('is denied without a reason, and nothing was done', async () => {
    const answers = answersWith({});
    decideWith(answers, { status: 'failed', error_code: 'APPROVAL_DENIED' });
    const { page, close } = await open(answers);

    await deny(page).click();
    await page.getByText('Nothing was done.').waitFor();

    expect(answers.posts).toEqual([{ path: `/api${PATH}/deny`, body: {} }]);
    expect(await deny(page).count()).toBe(0);
    await close();
  });

  it('that somebody else decided first shows who did, and what became of it', async () => {
    const answers = answersWith({});
    answers.onPost = () => {
      answers.approvals = answers.approvals.map((one) => ({ ...one, ...decided, status: 'used' }));
      answers.message = aMessage({ status: 'completed', result: { summary: 'Booked by Grace.' } });
      return anError(409, 'APPROVAL_DECIDED', 'user:grace approved it');
    };
    const { page, close } = await open(answers);

    await approve(page).click();
    await page.getByText('Booked by Grace.').waitFor();

    expect(await page.getByRole('status').filter({ hasText: 'user:grace' }).count()).toBe(1);
    expect(await approve(page).count()).toBe(0);
    await close();
  });

  it('that expires while the page is open can no longer be decided', async () => {
    const viewer = await dashboard.signedIn('operator');
    const page = await viewer.context.newPage();
    await page.clock.install();
    const answers = answersWith({ expires_at: iso(Date.now() + MINUTE_MS) });
    await answerLedger(page, answers);
    await page.goto(PATH);
    await approve(page).waitFor();
    expect(await approve(page).isEnabled()).toBe(true);

    await page.clock.fastForward(MINUTE_MS + 2_000);
    await page.getByText('The time for a yes is over.').waitFor();

    expect(await approve(page).isDisabled()).toBe(true);
    expect(await deny(page).isDisabled()).toBe(true);
    await closed(page, viewer.guard.take);
  });

  it.each([
    { code: 'PRICE_ABOVE_LIMIT', status: 'failed', text: /The price is above your limit/ },
    { code: 'EFFECT_UNKNOWN', status: 'failed', text: /It is not known whether/ },
    { code: 'EFFECT_UNKNOWN', status: 'queued', text: /It is not known yet whether/ },
  ] as const)('says that $code of a $status message means', async ({ code, status, text }) => {
    const message = { status, error_code: code, effect_id: 'eff_1', attempt: 2 };
    const answers = answersWith({ status: 'used', ...decided }, message);
    const { page, close } = await open(answers);

    await page.getByText(text).waitFor();

    expect(await page.getByRole('link', { name: 'Open the run' }).count()).toBeGreaterThan(0);
    expect(await page.getByRole('link', { name: 'Open the effect' }).count()).toBe(1);
    await close();
  });

  it('stays open when the decision may not have arrived', async () => {
    const answers = answersWith({});
    const { page, close } = await open(answers);
    await page.route('**/approve', (route) => route.abort('internetdisconnected'));

    await approve(page).click();
    await page.getByText('It is not known whether your decision arrived.').waitFor();

    expect(await approve(page).isEnabled()).toBe(true);
    await close();
  });

  it('has no buttons for a viewer', async () => {
    const { page, close } = await open(answersWith({}), 'viewer');

    await page.getByText('You may look, but not decide.').waitFor();

    expect(await approve(page).count()).toBe(0);
    expect(await deny(page).count()).toBe(0);
    await close();
  });

  it('is decided with the keyboard alone, after a sign-in that comes back to it', async () => {
    const operator = await dashboard.visitor('operator');
    const answers = answersWith({});
    decideWith(answers, { status: 'completed', result: { summary: 'Booked.' } });
    const page = await operator.context.newPage();
    await answerLedger(page, answers);
    await page.goto(PATH);
    await signIn(page, operator.person);
    await approve(page).waitFor();
    expect(new URL(page.url()).pathname).toBe(PATH);

    const isThere = () =>
      page.evaluate('document.activeElement?.textContent === "Approve"') as Promise<boolean>;
    for (let stop = 0; stop < 40 && !(await isThere()); stop += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Booked.', { exact: true }).waitFor();

    expect(answers.posts).toHaveLength(1);
    await closed(page, operator.guard.take);
  });

  it('is in the list of those that wait, and on the overview, with one button', async () => {
    const operator = await dashboard.signedIn('operator');
    const page = await operator.context.newPage();
    await answerLedger(page, answersWith({}));
    await page.goto('/approvals?status=denied');
    await page.getByText('No approval matches this filter.').waitFor();

    await page.getByRole('button', { name: 'Remove the filters' }).click();
    await page.getByRole('row', { name: /Book a tee time.*\$80\.00.*a schedule.*left/ }).waitFor();
    await page.goBack();
    await page.getByText('No approval matches this filter.').waitFor();
    expect(await page.getByLabel('Status').inputValue()).toBe('denied');
    await page.goto('/');
    const entry = page.getByRole('listitem').filter({ hasText: 'waits for approval' });
    await entry.getByRole('link', { name: 'Open the approval' }).click();
    await approve(page).waitFor();

    await closed(page, operator.guard.take);
  });
});
