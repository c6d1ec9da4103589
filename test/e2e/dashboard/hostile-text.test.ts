import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { newScheduleId } from '#lib/platform/id.ts';
import { type Dashboard, openDashboard, VIEWPORTS, type Viewer } from './support/dashboard.ts';
import { HOSTILE_STRINGS, LONG_STRINGS } from './support/hostile-strings.ts';
import { overflowOf, tooWide } from './support/layout.ts';
import { visitRows } from './support/rows.ts';
import {
  aConfirmedEffect,
  aFailedMessage,
  anEndedMessage,
  aPausedSchedule,
  aWaitingApproval,
} from './support/seed.ts';

const ALL = [...HOSTILE_STRINGS, ...LONG_STRINGS];
/** The API refuses this name of a property. */
const NAMES = ALL.filter((text) => text !== '__proto__');
const MAX_DESCRIPTION = 500;
/** Of the names of the arguments of one message. All of it must fit into a row. */
const MAX_NAME = 300;
const SCHEDULES = 60;
const LOADED_WITHIN_MS = 15_000;

/** Every `count`-th text, from the given one. */
const some = (first: number, count: number) => ALL.filter((_, n) => n % count === first);

const beforeMs = Date.now() - 10 * MINUTE_MS;

/** A text as the name of a property. */
const named = (text: string, value: unknown) => (NAMES.includes(text) ? { [text]: value } : {});

/** Every field that a caller, a service or a person can fill. */
const fieldsOf = (text: string) => ({
  payload: {
    message: text,
    title: text.slice(0, 250),
    tags: [text.slice(0, 50)],
    ...named(text, text),
  },
  arguments: { operation: text, note: named(text, [text]) },
});

const root = anEndedMessage(beforeMs, {
  payload: { message: 'Hostile', texts: ALL },
  arguments: Object.fromEntries(
    NAMES.filter((text) => text.length < MAX_NAME).map((text) => [text, 1]),
  ),
  result: { texts: HOSTILE_STRINGS, [LONG_STRINGS[0] ?? '']: LONG_STRINGS[1] },
});

/** The other messages of the run: each text is the message of one, and the error of another. */
const members = ALL.map((text, n) => {
  const of = {
    ...fieldsOf(text),
    parent_id: root.id,
    hop_count: 1,
    correlation_id: root.correlation_id,
  };
  const other = ALL[(n + 1) % ALL.length];
  const failure = {
    error_message: other,
    redrives: [{ at: iso(beforeMs), by: 'user:x', reason: text }],
  };
  const atMs = beforeMs + SECOND_MS * n;
  return n % 2 === 0
    ? anEndedMessage(atMs, { ...of, result: { text, ...named(text, { text }) } })
    : aFailedMessage(atMs, { ...of, ...failure });
});

/** Messages whose page is opened. */
const failed = aFailedMessage(beforeMs, {
  payload: { message: LONG_STRINGS[1] ?? '' },
  error_message: LONG_STRINGS[0] ?? '',
  redrives: some(0, 20).map((reason) => ({ at: iso(beforeMs), by: 'user:x', reason })),
});
const action = anEndedMessage(beforeMs, {
  message_type: 'web_action',
  payload: { version: '1.0', action: 'weather', url: 'javascript:alert(1)' },
  arguments: { operation: 'get_forecast' },
});
const results = some(0, 4).map((text, n) => ({
  id: `result_e2e_hostile_${n}`,
  message_id: action.id,
  action: 'weather',
  operation: 'get_forecast',
  status: n % 2 === 0 ? ('success' as const) : ('failed' as const),
  url: n % 3 === 0 ? 'javascript:alert(1)' : text,
  response_body: text,
  error_message: text,
  execution_time_ms: 1,
  created_date: iso(beforeMs + n),
  ttl: Math.floor(Date.now() / 1_000) + 86_400,
}));

const schedules = Array.from({ length: SCHEDULES }, (_, n) => {
  const [a = '', b = '', c = '', d = ''] = [0, 1, 2, 3].map((of) => ALL[(n * 4 + of) % ALL.length]);
  return aPausedSchedule(n === 0 ? 'W'.repeat(64) : `e2e-hostile-${n}`, {
    id: newScheduleId(beforeMs + n),
    description: a.slice(0, MAX_DESCRIPTION),
    paused_reason: b,
    error_message: c,
    status: n % 3 === 0 ? 'error' : 'paused',
    target: {
      message_type: 'manual',
      payload: { message: d, title: d.slice(0, 250), ...named(d, d) },
    },
  });
});
const [schedule] = schedules;

const facts = ALL.map((text) => ({ label: text.slice(0, MAX_NAME), value: text }));
const approvals = some(1, 20).map((text, n) =>
  aWaitingApproval({
    id: `appr_20260301120000_${String(n).padStart(16, '0')}`,
    title: text,
    facts: n === 0 ? facts : [{ label: text, value: text }],
    requested_by: `mcp:${text}`,
  }),
);
const effects = some(2, 20).map((text, n) =>
  aConfirmedEffect({
    effect_id: `eff_${String(n).padStart(26, '0')}`,
    operation: text,
    facts: n === 0 ? facts : [{ label: text, value: text }],
    link: 'javascript:alert(1)',
    receipt: { id: text, text, ...named(text, text) },
    reason: { code: text, message: text },
    history: some(3, 10)
      .map((text) => text.slice(0, MAX_NAME))
      .map((reason) => ({
        ...{ at: iso(beforeMs), generation: 1, status: 'unknown', message_id: reason, reason },
        ...{ allowed_by: reason, resolved_by: `user:${reason}` },
      })),
  }),
);

/** Text that was parsed as markup, and links that foreign text made. */
const INJECTED = `[
  ...document.querySelectorAll('iframe, object, embed, base, meta[http-equiv], form[action], marquee, plaintext, math, video, audio, img, #app script, #app style, #app link'),
  ...[...document.querySelectorAll('a[href], [src]')].filter((element) =>
    !/^https?:$/.test(new URL(element.getAttribute('href') ?? element.getAttribute('src'), location.href).protocol)),
].map((element) => element.outerHTML.slice(0, 120))`;

describe('hostile text', () => {
  let dashboard: Dashboard;
  let viewer: Viewer;

  beforeAll(async () => {
    dashboard = await openDashboard();
    const { seed } = dashboard;
    await seed.messages([root, ...members, failed, action]);
    await seed.results(results);
    await seed.schedules(schedules);
    await seed.approvals(approvals);
    await seed.effects(effects);
    viewer = await dashboard.signedIn('admin');
  });
  afterAll(() => dashboard.close());

  const settled = async (page: Page) => {
    await page.waitForLoadState('networkidle');
    await expect
      .poll(() => page.locator('.skeleton-box').count(), { timeout: LOADED_WITHIN_MS })
      .toBe(0);
  };

  /** Nothing ran, nothing was parsed, and nothing is wider than the window. */
  const expectHarmless = async (page: Page) => {
    for (const [name, size] of Object.entries(VIEWPORTS)) {
      await page.setViewportSize(size);
      const width = await overflowOf(page);
      expect({ name, width, wide: width > 0 ? await tooWide(page) : [] }).toEqual({
        name,
        width: 0,
        wide: [],
      });
    }
    expect(await page.evaluate(INJECTED)).toEqual([]);
    expect(new URL(page.url()).origin).toBe(dashboard.url);
    expect(viewer.guard.take()).toEqual([]);
  };

  it('comes in at least two hundred forms', () => {
    expect(new Set(HOSTILE_STRINGS).size).toBeGreaterThanOrEqual(200);
  });

  it.each([
    { where: 'the overview', path: '/' },
    { where: 'the failed messages', path: '/failed' },
    { where: 'the schedules', path: '/schedules' },
    { where: 'a run and its message', path: `/messages/${root.id}` },
    { where: 'a failed message', path: `/messages/${failed.id}` },
    { where: 'the results of an action', path: `/messages/${action.id}` },
    { where: 'a schedule', path: `/schedules/${schedule?.id}` },
    { where: 'the form of a schedule', path: `/schedules/${schedule?.id}?edit=1` },
    { where: 'the copy of a message', path: `/new?from=${failed.id}` },
    { where: 'the approvals', path: '/approvals' },
    { where: 'an approval', path: `/approvals/${approvals[0]?.id}` },
    { where: 'the effects', path: '/effects' },
    { where: 'an effect', path: `/effects/${effects[0]?.effect_id}` },
    { where: 'the flags', path: '/flags' },
    { where: 'the system', path: '/system' },
  ])('does nothing in $where', async ({ path }) => {
    const page = await viewer.open(path);
    await settled(page);

    await expectHarmless(page);
    await page.close();
  });

  it('does nothing in the list of messages, with every text in a row of its own', async () => {
    const page = await viewer.open(`/messages?correlation_id=${root.correlation_id}`);
    await settled(page);
    const more = page.getByRole('button', { name: 'Load more' });
    const shown = page.locator('.list-end [role="status"]');
    for (let pages = 0; pages < 5 && (await more.count()) > 0; pages += 1) {
      const before = await shown.textContent();
      // A click between two renderings is lost, so it is repeated, as a person would.
      const clickAndRead = async () => {
        if ((await shown.textContent()) === before)
          await more.click({ timeout: 1_000 }).catch(() => {});
        return shown.textContent();
      };
      await expect
        .poll(clickAndRead, { timeout: LOADED_WITHIN_MS, interval: 1_000 })
        .not.toBe(before);
    }

    for (const size of Object.values(VIEWPORTS)) {
      await page.setViewportSize(size);
      const { links, overflowPx } = await visitRows(page);
      expect(links.size).toBeGreaterThan(HOSTILE_STRINGS.length);
      expect(overflowPx).toBe(0);
    }
    await expectHarmless(page);
    await page.close();
  });

  it('does nothing in the address', async () => {
    const text = `<img src=x onerror=alert(1)>\u202e${'W'.repeat(2_000)}`;
    const encoded = encodeURIComponent(text);
    const paths = [
      `/messages?status=${encoded}&created_by=${encoded}&created_after=${encoded}`,
      `/schedules?text=${encoded}&status=${encoded}&health=${encoded}`,
      `/new?type=${encoded}`,
      `/new?action=${encoded}`,
      `/failed?window=${encoded}&group=${encoded}`,
      `/?hours=${encoded}`,
      `/approvals?status=${encoded}`,
      `/effects?status=${encoded}`,
    ];
    for (const path of paths) {
      const page = await viewer.open(path);
      await settled(page);
      expect(viewer.guard.take(/status of 400/)).toEqual([]);
      await expectHarmless(page);
      await page.close();
    }
  });
});
