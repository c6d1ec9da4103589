import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentPage } from '#handlers/mcp/oauth/consent-page.ts';
import { axeFindings, loadAxe } from '#test/e2e/dashboard/support/axe.ts';
import { openBrowser } from '#test/support/browser.ts';

const PHONE = { width: 390, height: 780 };
const CLIENT = { client_id: 'c', name: 'Claude', redirect_uris: [], isRegistered: true };

let browser: Browser;
let server: Server;
let origin: string;
let answers: { origin: string | undefined; body: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      answers.push({ origin: request.headers.origin, body: await text(request) });
      // The answer redirects to the client, which the policy of the page must allow.
      response.writeHead(303, { Location: `http://localhost:${portOf(server)}/callback` }).end();
      return;
    }
    const page = consentPage({
      client: CLIENT,
      redirectUri: `http://localhost:${portOf(server)}/callback`,
      request: 'sealed',
      loginOrigin: 'https://login.example',
    });
    response.writeHead(page.status, page.headers).end(page.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${portOf(server)}`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const portOf = (of: Server) => (of.address() as AddressInfo).port;

describe('the consent page on a phone', () => {
  it.each(['light', 'dark'] as const)(
    'shows both buttons without scrolling, and axe finds nothing: %s',
    async (colorScheme) => {
      const context = await browser.newContext({ viewport: PHONE, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(origin);
      await loadAxe(page);

      const size = await page.evaluate(
        '[document.documentElement.scrollWidth, document.documentElement.scrollHeight]',
      );
      expect(await axeFindings(page)).toEqual([]);
      expect(size).toEqual([PHONE.width, PHONE.height]);
      await context.close();
    },
  );

  it.each(['Allow', 'Cancel'])(
    'sends %s with its own origin, under its own policy, and follows the redirect to the client',
    async (label) => {
      answers = [];
      const context = await browser.newContext({ viewport: PHONE });
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('console', (message) => problems.push(message.text()));
      await page.goto(origin);

      await page.getByRole('button', { name: label }).click();
      await page.waitForURL('**/callback');

      expect(problems.filter((problem) => /policy/i.test(problem))).toEqual([]);
      expect(answers).toEqual([{ origin, body: `request=sealed&answer=${label.toLowerCase()}` }]);
      await context.close();
    },
  );
});
