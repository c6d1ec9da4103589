import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Effect } from '#lib/effects/effect-schema.ts';
import { iso } from '#lib/platform/clock.ts';
import { anEffect } from '#test/support/effects.ts';
import { type Dashboard, openDashboard } from './support/dashboard.ts';
import { FAILED_REQUEST } from './support/guard.ts';
import { anError, answerLedger, type LedgerAnswers } from './support/ledger-answers.ts';
import { anEndedMessage } from './support/seed.ts';

const effect = anEffect({
  status: 'unknown',
  link: 'https://birdsfoot.cps.golf/onlineresweb/',
  plan: {
    total_cents: 7_250,
    known: [],
    reverses: { effect_id: 'eff_2', receipt_id: '7' },
    data: {},
  },
  approval_id: 'appr_1',
  reason: { code: 'EFFECT_UNKNOWN', message: 'the service did not respond' },
  history: [
    {
      at: iso(Date.now()),
      generation: 1,
      status: 'planned',
      message_id: 'msg_1',
      allowed_by: 'user:grace',
    },
  ],
});
const PATH = `/effects/${effect.effect_id}`;

const answersWith = (fields: Partial<Effect> = {}): LedgerAnswers => ({
  approvals: [],
  effects: [{ ...effect, ...fields }],
  message: anEndedMessage(Date.now()),
  posts: [],
});

describe('an effect', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard();
  });
  afterAll(() => dashboard.close());

  const open = async (
    answers: LedgerAnswers,
    path = PATH,
    role: 'operator' | 'viewer' = 'operator',
  ) => {
    const viewer = await dashboard.signedIn(role);
    const page = await viewer.context.newPage();
    await answerLedger(page, answers);
    await page.goto(path);
    await page.locator('.frame h1').waitFor();
    const close = async () => {
      await page.close();
      expect(viewer.guard.take(FAILED_REQUEST)).toEqual([]);
    };
    return { page, close };
  };

  it('whose outcome is not known is resolved with a reason, and the dialog says what follows', async () => {
    const answers = answersWith();
    answers.onPost = (_, { reason }) => {
      const [before = effect] = answers.effects;
      const entry = { at: iso(Date.now()), generation: 1, message_id: 'msg_1' };
      const history = [
        ...before.history,
        {
          ...entry,
          status: 'rejected' as const,
          resolved_by: 'user:grace',
          reason: String(reason),
        },
      ];
      answers.effects = [{ ...before, status: 'rejected', rev: before.rev + 1, history }];
      return { json: answers.effects[0] };
    };
    const { page, close } = await open(answers);

    await page.getByRole('button', { name: 'It did not happen …' }).click();
    const dialog = page.getByRole('dialog');
    const action = dialog.getByRole('button', { name: 'It did not happen', exact: true });
    await action.click();
    await dialog.getByText('Give a reason.').waitFor();
    expect(await dialog.getByText('The limits get its place back.').count()).toBe(1);
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill('it is not in the list');
    await action.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('it is not in the list').waitFor();

    expect(answers.posts).toEqual([
      {
        path: `/api${PATH}/resolve`,
        body: { outcome: 'rejected', reason: 'it is not in the list' },
      },
    ]);
    expect(await page.getByRole('button', { name: /happen/ }).count()).toBe(0);
    await close();
  });

  it('that was resolved in the meantime stays as it is, and the dialog says why', async () => {
    const answers = answersWith({ status: 'confirmed' });
    answers.onPost = () => anError(409, 'EFFECT_NOT_RESOLVABLE', 'the effect is reversed already');
    const { page, close } = await open(answers);

    await page.getByRole('button', { name: 'It was undone elsewhere …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill('called the course');
    await dialog.getByRole('button', { name: 'It was undone elsewhere' }).click();

    await dialog.getByText('the effect is reversed already').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await close();
  });

  it('leads to its message, its approval, what it undoes, and the page of the provider', async () => {
    const { page, close } = await open(answersWith());
    const hrefOf = (name: string) => page.getByRole('link', { name }).getAttribute('href');

    expect(await hrefOf('Open the run')).toBe(`/messages/${effect.message_id}`);
    expect(await hrefOf('Open the approval')).toBe('/approvals/appr_1');
    expect(await hrefOf('Open the effect that it undoes')).toBe('/effects/eff_2');
    expect(await hrefOf('birdsfoot.cps.golf')).toBe(effect.link);
    expect(await page.getByText('$72.50').count()).toBe(1);
    expect(await page.getByText('approved by user:grace').count()).toBe(1);
    await close();
  });

  it('has no link to an address that is not one of the web', async () => {
    const { page, close } = await open(answersWith({ link: 'javascript:alert(1)' }));
    await page.getByRole('link', { name: 'Open the run' }).waitFor();

    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    await close();
  });

  it('cannot be resolved by a viewer', async () => {
    const { page, close } = await open(answersWith(), PATH, 'viewer');
    await page.getByRole('link', { name: 'Open the run' }).waitFor();

    expect(await page.getByRole('button', { name: /happen/ }).count()).toBe(0);
    await close();
  });

  it('whose outcome is not known is on the overview, and in the ledger with its filter', async () => {
    const { page, close } = await open(answersWith(), '/');
    const entry = page.getByRole('listitem').filter({ hasText: 'It is not known whether' });
    await entry.getByRole('link', { name: 'Open the effect' }).click();
    await page.waitForURL(`**${PATH}`);

    await page.getByRole('navigation').getByRole('link', { name: 'Effects' }).click();
    await page.getByRole('row', { name: /not known.*Book tee time.*\$72\.50/ }).waitFor();
    await page.getByLabel('Status').selectOption('confirmed');
    await page.getByText('No effect matches this filter.').waitFor();

    expect(new URL(page.url()).search).toBe('?status=confirmed');
    await close();
  });
});
