import type { Browser } from 'playwright-core';
import type { Message } from '#lib/messages/message.ts';
import { runTree } from '#lib/messages/run-tree.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import type { Part } from '#scripts/bench/bench.ts';
import { GATES } from '#scripts/bench/gates.ts';
import type { Figure } from '#scripts/bench/report.ts';
import { summaryOf } from '#scripts/bench/statistics.ts';
import { openBrowser } from '#test/support/browser.ts';
import { aMessage } from '#test/support/builders.ts';
import { CPU_SLOWDOWN, openDashboardPage } from './open-dashboard.ts';

const ROWS = 1_000;
const MATCHING_ROWS = 50;
const RUN_MESSAGES = 100;

const NAMES = {
  filter: `filter ${ROWS} messages on the dashboard`,
  openRun: `open a run of ${RUN_MESSAGES} messages on the dashboard`,
};
const NOTE = `CPU time of the page until it is painted, times ${CPU_SLOWDOWN}`;

/** How long two interactions of the dashboard take. */
export const interactions: Part = async ({ rounds, progress }) => {
  progress('interactions with the dashboard');
  const browser = await openBrowser().catch(() => undefined);
  if (browser === undefined) return Object.values(NAMES).map(notRun);
  try {
    return [
      figure(NAMES.filter, await filterTimes(browser, rounds), GATES.interaction.filter),
      figure(NAMES.openRun, await openRunTimes(browser, rounds), GATES.interaction.openRun),
    ];
  } finally {
    await browser.close();
  }
};

const notRun = (name: string): Figure => ({ name, unit: 'ms', note: 'no browser starts' });

const figure = (name: string, timesMs: readonly number[], gate: number): Figure => ({
  name,
  unit: 'ms',
  value: summaryOf(timesMs),
  gate,
  note: NOTE,
});

const listOf = (messages: readonly Message[]) => ({
  data: messages.map((message) => ({ message_id: message.id, ...message })),
  pagination: { limit: messages.length, cursor: null, has_more: false },
  count: messages.length,
});

const timesOf = async (rounds: number, measure: () => Promise<number>): Promise<number[]> => {
  const timesMs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) timesMs.push(await measure());
  // The first round loads and compiles code.
  return timesMs.slice(1);
};

/** What the page says under the list. Rows far from the viewport are not in the document. */
const shownText = (count: number) => `${count.toLocaleString('en')} messages shown`;

const filterTimes = async (browser: Browser, rounds: number): Promise<number[]> => {
  const messages = Array.from({ length: ROWS }, (_, n) =>
    aMessage({ status: n % (ROWS / MATCHING_ROWS) === 0 ? 'failed' : 'completed' }),
  );
  const { page, timeOf } = await openDashboardPage(browser, {
    path: '/messages',
    responses: {
      '/api/messages': listOf(messages),
      '/api/messages?status=failed': listOf(messages.filter(({ status }) => status === 'failed')),
    },
  });
  const choose = (status: string, rows: number) =>
    timeOf(
      `const select = [...document.querySelectorAll('select')].find(({ labels }) =>
         labels[0]?.textContent.startsWith('Status'));
       select.value = ${JSON.stringify(status)};
       select.dispatchEvent(new Event('change', { bubbles: true }));`,
      `document.querySelector('.list-end')?.textContent.includes(${JSON.stringify(shownText(rows))})`,
    );
  await page.getByText(shownText(ROWS)).waitFor();
  const timesMs = await timesOf(rounds, async () => {
    const tookMs = await choose('failed', MATCHING_ROWS);
    await choose('', ROWS);
    return tookMs;
  });
  await page.close();
  return timesMs;
};

const openRunTimes = async (browser: Browser, rounds: number): Promise<number[]> => {
  const root = aMessage({ message_type: 'manual', status: 'completed' });
  const children = Array.from({ length: RUN_MESSAGES - 1 }, (_, n) =>
    aMessage({
      message_type: 'notify',
      status: 'completed',
      parent_id: root.id,
      hop_count: 1,
      correlation_id: root.correlation_id,
      created_date: iso(Date.parse(root.created_date) + n * SECOND_MS),
    }),
  );
  const path = `/messages/${root.id}`;
  const { page, timeOf } = await openDashboardPage(browser, {
    path: '/messages',
    responses: {
      '/api/messages': listOf([root]),
      [`/api${path}`]: { message_id: root.id, ...root },
      [`/api${path}/run`]: { ...runTree([root, ...children]), truncated: false },
    },
  });
  const timesMs = await timesOf(rounds, async () => {
    await page.locator(`a[href="${path}"]`).first().waitFor();
    const tookMs = await timeOf(
      `document.querySelector('a[href="${path}"]').click();`,
      `document.querySelectorAll('main a[href^="/messages/msg_"]').length >= ${children.length}`,
    );
    await page.goBack();
    await page.locator('tbody tr').first().waitFor();
    return tookMs;
  });
  await page.close();
  return timesMs;
};
