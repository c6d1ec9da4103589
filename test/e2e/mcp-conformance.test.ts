import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ROOT } from '#scripts/local/paths.ts';
import { freePort } from '#scripts/local/ports.ts';
import { openBrowser } from '#test/support/browser.ts';
import { connectAs } from './support/consent.ts';
import { aPerson, type Person } from './support/people.ts';
import { openScene, type Scene } from './support/scene.ts';

const { apiUrl } = inject('platform');
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const SUITE = join(ROOT, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const CONSENT_URL = /http:\S+\/oauth\/authorize\?\S+(?=\s)/;
const TIMEOUT_MS = 90_000;

interface Check {
  id: string;
  status: string;
  errorMessage?: string;
}

describe('the conformance suite of authorization servers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rez-agent-conformance-'));
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
    rmSync(folder, { recursive: true });
  });

  const register = async (redirectUri: string): Promise<string> => {
    const answer = await fetch(`${apiUrl}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        client_name: 'conformance',
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'none',
      }),
    });
    return ((await answer.json()) as { client_id: string }).client_id;
  };

  /** Runs the suite, and signs in in the browser when it prints where. */
  const run = async (args: readonly string[]): Promise<Check[]> => {
    const child = spawn(NODE, [SUITE, 'authorization', ...args, '--output-dir', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: TIMEOUT_MS,
    });
    let printed = '';
    let visit: Promise<void> | undefined;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const [pageUrl] = CONSENT_URL.exec(printed) ?? [];
      if (pageUrl !== undefined) visit ??= connectAs(browser, person)(pageUrl);
    });
    await once(child, 'close');
    await visit;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files
      .filter((name) => name.endsWith('checks.json'))
      .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Check[]);
  };

  it('passes every check: metadata, and a code that is exchanged', {
    timeout: 120_000,
  }, async () => {
    const port = await freePort();
    const client = await register(`http://127.0.0.1:${port}/callback`);
    const server = ['--url', apiUrl, '--resource', `${apiUrl}/mcp`];

    const checks = await run([...server, '--client-id', client, '--port', `${port}`]);

    expect(checks.filter(({ status }) => status !== 'SUCCESS')).toEqual([]);
    expect(checks.map(({ id }) => id).sort()).toEqual([
      'authorization-code-grant',
      'authorization-server-metadata',
      'authorization-server-metadata-cimd',
    ]);
  });
});
