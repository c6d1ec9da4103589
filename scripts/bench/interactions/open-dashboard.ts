import { basename, extname } from 'node:path';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { buildSite } from '#scripts/build/site.ts';
import { ROOT } from '#scripts/local/paths.ts';

/** Measured times are multiplied by this, because a phone is slower than the machine of a developer. */
export const CPU_SLOWDOWN = 4;

/** Within this time, the page has done everything that an action caused. Milliseconds. */
const SETTLING_MS = 300;

export interface MeasuredPage {
  page: Page;
  /** Runs a script and waits until the page shows its result. Milliseconds on a slow CPU. */
  timeOf: (act: string, isDone: string) => Promise<number>;
}

/** Nothing listens there: every request of the page is answered here. */
const ORIGIN = 'http://localhost';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/**
 * Shows a page of the dashboard as it is built, signed in as an admin, with a slow CPU. Responses of the API come from
 * the page itself, so that no network is measured. Another path gets an empty list.
 * @param responses the bodies by path, such as `/api/messages?status=failed`. Empty parameters do not count.
 */
export const openDashboardPage = async (
  browser: Browser,
  { path, responses }: { path: string; responses: Readonly<Record<string, unknown>> },
): Promise<MeasuredPage> => {
  const { files } = await buildSite('handlers/web/app', ROOT);
  const contents = new Map(files.map((file) => [file.name, Buffer.from(file.contents)]));
  const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    const name = pathname.startsWith('/assets/') ? basename(pathname) : 'index.html';
    const body = contents.get(name);
    if (body === undefined) return route.fulfill({ status: 404 });
    return route.fulfill({ body, contentType: TYPES[extname(name)] ?? 'text/plain' });
  });
  const texts = Object.entries({ ...SIGNED_IN, ...responses }).map(([key, body]) => [
    key,
    JSON.stringify(body),
  ]);
  await page.addInitScript(`(${IN_PAGE})(${JSON.stringify(Object.fromEntries(texts))})`);
  const session = await page.context().newCDPSession(page);
  await page.goto(`${ORIGIN}${path}`);
  await page.locator('.frame h1').waitFor();
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return { page, timeOf: (act, isDone) => timeOf(page, session, { act, isDone }) };
};

/** The CPU time of the page's thread, slowed. Unlike the time on a clock it does not depend on other programs. */
const timeOf = async (
  page: Page,
  session: CDPSession,
  { act, isDone }: { act: string; isDone: string },
): Promise<number> => {
  // What an earlier action left to do does not count.
  await page.waitForTimeout(SETTLING_MS);
  const startS = await busySeconds(session);
  await page.evaluate(`untilPainted(() => { ${act} }, () => ${isDone})`);
  return ((await busySeconds(session)) - startS) * 1_000 * CPU_SLOWDOWN;
};

const busySeconds = async (session: CDPSession): Promise<number> => {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
};

const SIGNED_IN = {
  '/api/auth/refresh': { access_token: 'token', token_type: 'Bearer', expires_in: 3_600 },
  '/api/me': {
    username: 'ada',
    email: 'ada@example.org',
    roles: ['admin'],
    expires_at: '2099-01-01T00:00:00.000Z',
  },
};

/** Runs in the page before its scripts. `untilPainted` waits until the result of an action is painted. */
const IN_PAGE = `(texts) => {
  localStorage.setItem('has-session', 'yes');
  const empty = '{"data":[],"pagination":{"limit":50,"cursor":null,"has_more":false},"count":0}';
  window.fetch = async (address) => {
    const url = new URL(address, location.origin);
    for (const [name, value] of [...url.searchParams]) if (value === '') url.searchParams.delete(name);
    return new Response(texts[url.pathname + url.search] ?? texts[url.pathname] ?? empty);
  };
  window.untilPainted = (act, isDone) => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('nothing appeared')), 20_000);
    const observer = new MutationObserver(() => {
      if (!isDone()) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve()));
    });
    observer.observe(document.body, { childList: true, subtree: true });
    act();
  });
}`;
