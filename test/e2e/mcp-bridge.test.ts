import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildBridge } from '#scripts/build/bridge.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { openBrowser } from '#test/support/browser.ts';
import { connectAs } from './support/consent.ts';
import { aPerson, type Person } from './support/people.ts';
import { openScene, type Scene } from './support/scene.ts';
import { stdioAssistants, useTools } from './support/stdio-assistant.ts';

const { apiUrl } = inject('platform');
const REMOTE = join(ROOT, 'node_modules', 'mcp-remote', 'dist', 'proxy.js');
const SLOW = { timeout: 150_000 };

describe.each(['our bridge', 'mcp-remote'])('a client that starts %s', (program) => {
  const assistants = stdioAssistants();
  let scene: Scene;
  let browser: Browser;
  let person: Person;
  let args: string[];

  beforeAll(async () => {
    [scene, browser] = await Promise.all([openScene(), openBrowser()]);
    person = await aPerson(scene.clients, 'operator');
    const address = `${apiUrl}/mcp`;
    args =
      program === 'mcp-remote'
        ? [REMOTE, address]
        : [await buildBridge(join(assistants.folder, 'dist')), address];
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await scene.close();
    assistants.remove();
  });

  const refuse = async () => expect.fail('the program asked for another sign-in');

  it('signs in once in the browser, and is still signed in after a restart', SLOW, async () => {
    const first = await assistants.start(args, connectAs(browser, person));
    const before = await useTools(first).finally(first.close);
    const second = await assistants.start(args, refuse);
    const after = await useTools(second).finally(second.close);

    expect(before.names).toContain('get_weather_forecast');
    expect(before.text).not.toBe('');
    expect(after.names).toEqual(before.names);
  });
});
