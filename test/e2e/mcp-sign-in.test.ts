import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openBrowser } from '#test/support/browser.ts';
import { axeFindings, loadAxe } from './dashboard/support/axe.ts';
import { guard } from './dashboard/support/guard.ts';
import { connectAs, enterPassword, newTab } from './support/consent.ts';
import { type OauthAssistant, oauthAssistant } from './support/oauth-assistant.ts';
import { aPerson, type Person } from './support/people.ts';
import { signingAs } from './support/pool-key.ts';
import { openScene, type Scene } from './support/scene.ts';

const { apiUrl } = inject('platform');
const SLOW = { timeout: 120_000 };

describe('the sign-in of an assistant', () => {
  let scene: Scene;
  let browser: Browser;
  let person: Person;

  beforeAll(async () => {
    [scene, browser] = await Promise.all([openScene(), openBrowser()]);
    person = await aPerson(scene.clients, 'operator');
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await scene.close();
  });

  const post = (path: string, fields: Record<string, string>) =>
    fetch(`${apiUrl}/oauth/${path}`, { method: 'POST', body: new URLSearchParams(fields) });
  const signedIn = async (assistant: OauthAssistant) => {
    const landed = await assistant.visit((url) => void connectAs(browser, person)(url));
    await assistant.finish(landed);
    return landed;
  };
  const toolsOf = async (assistant: OauthAssistant) => {
    const client = await assistant.connect();
    const { tools } = await client.listTools().finally(() => client.close());
    return tools.map(({ name }) => name);
  };
  const refresh = (assistant: OauthAssistant) =>
    post('token', {
      grant_type: 'refresh_token',
      refresh_token: assistant.tokens().refresh_token ?? '',
      client_id: assistant.clientId(),
    });

  it('needs nothing but the address of the server', SLOW, async () => {
    const assistant = await oauthAssistant();

    const landed = await signedIn(assistant);

    expect(landed.searchParams.get('iss')).toBe(apiUrl);
    expect(assistant.tokens()).toMatchObject({ token_type: 'Bearer', expires_in: 3_600 });
    expect(assistant.tokens()).not.toHaveProperty('id_token');
    expect(await toolsOf(assistant)).toContain('get_weather_forecast');
  });

  it('works behind a gateway that removes WWW-Authenticate', SLOW, async () => {
    const assistant = await oauthAssistant(async (url, init) => {
      const { status, statusText, headers, body } = await fetch(url, init);
      const kept = new Headers(headers);
      kept.delete('www-authenticate');
      return new Response(body, { status, statusText, headers: kept });
    });

    await signedIn(assistant);

    expect(await toolsOf(assistant)).toContain('get_run');
  });

  it(
    'asks on a page that is accessible, has no script, and shows names as text',
    SLOW,
    async () => {
      const { href } = await (await oauthAssistant()).consentUrl();
      const strict = await newTab(browser);
      const problems = await guard(strict.context());
      const measured = await (await browser.newContext({ bypassCSP: true })).newPage();

      await strict.goto(href);
      await measured.goto(href);
      await loadAxe(measured);

      expect(await axeFindings(measured)).toEqual([]);
      expect(await strict.locator('script').count()).toBe(0);
      expect(await strict.locator('h1').textContent()).toContain('<b>assistant</b>');
      expect(problems.take()).toEqual([]);
    },
  );

  it('cannot be framed', SLOW, async () => {
    const { href } = await (await oauthAssistant()).consentUrl();
    const page = await newTab(browser);
    const framing = createServer((request, response) => {
      const frame = (url: string) => `<iframe src="${url.replaceAll('&', '&amp;')}"></iframe>`;
      const markup =
        request.url === '/' ? `${frame('/framed')}${frame(href)}` : '<button>Framed</button>';
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(markup);
    });
    await new Promise<void>((resolve) => framing.listen(0, '127.0.0.1', resolve));
    const { port } = framing.address() as AddressInfo;

    // This waits for the frames, too.
    await page.goto(`http://localhost:${port}/`);
    const frames = page.frames().slice(1);
    const buttons = await Promise.all(frames.map((frame) => frame.getByRole('button').count()));
    await page.goto(href);
    const unframed = await page.getByRole('button').count();

    expect({ buttons, unframed }).toEqual({ buttons: [1, 0], unframed: 2 });
    framing.close();
    framing.closeAllConnections();
  });

  it('tells the assistant when the person cancels', SLOW, async () => {
    const assistant = await oauthAssistant();
    const page = await newTab(browser);

    const landed = await assistant.visit(async (url) => {
      await page.goto(url);
      await page.getByRole('button', { name: 'Cancel' }).click();
    });

    expect(Object.fromEntries(landed.searchParams)).toMatchObject({
      ...{ error: 'access_denied', iss: apiUrl },
    });
    expect(landed.searchParams.has('code')).toBe(false);
  });

  it('returns no code to another browser than that of the consent', SLOW, async () => {
    const { href } = await (await oauthAssistant()).consentUrl();
    const attacker = await newTab(browser);
    const victim = await newTab(browser);

    await attacker.goto(href);
    await attacker.getByRole('button', { name: 'Allow' }).click();
    await attacker.getByLabel('Username').waitFor();
    await victim.goto(attacker.url());
    await enterPassword(victim, person);
    await victim.getByRole('heading', { name: 'Not connected' }).waitFor();

    expect(victim.url()).toContain(`${apiUrl}/oauth/callback`);
    expect(await victim.textContent('main')).toContain('another browser');
  });

  it('gives tokens for a code only once', SLOW, async () => {
    const assistant = await oauthAssistant();
    const landed = await signedIn(assistant);

    await expect(assistant.finish(landed)).rejects.toThrow();
  });

  it('is renewed when the access token expires, until it is revoked', SLOW, async () => {
    const assistant = await oauthAssistant();
    await signedIn(assistant);
    const first = assistant.tokens().access_token;
    const nowS = Math.floor(Date.now() / 1_000);
    const claims = { auth_time: nowS - 7_200, iat: nowS - 7_200, exp: nowS - 3_600 };
    const expired = signingAs(first).token({ groups: ['operator'], claims });
    assistant.useAccessToken(expired);

    const tools = await toolsOf(assistant);
    const renewed = assistant.tokens().access_token;
    const client_id = assistant.clientId();
    const token = assistant.tokens().refresh_token ?? '';
    const revoked = await post('revoke', { token, client_id });
    const after = await refresh(assistant);

    expect(tools).toContain('get_run');
    expect([first, expired]).not.toContain(renewed);
    expect([revoked.status, after.status]).toEqual([200, 400]);
    expect(await after.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('gives a token for the MCP server alone, which accepts no other', SLOW, async () => {
    const assistant = await oauthAssistant();
    await signedIn(assistant);
    const { access_token } = assistant.tokens();
    const { headers: web } = await scene.signedIn('operator');
    const ofMcp = { Authorization: `Bearer ${access_token}` };
    const id = signingAs(access_token).token({ groups: ['operator'], claims: { token_use: 'id' } });
    const callMcp = (headers: Record<string, string>) =>
      fetch(`${apiUrl}/mcp`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}',
      });

    const answers = await Promise.all([
      callMcp(web),
      callMcp({ Authorization: `Bearer ${id}` }),
      callMcp({}),
      fetch(`${apiUrl}/api/me`, { headers: ofMcp }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 403]);
    expect(answers[0]?.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});
