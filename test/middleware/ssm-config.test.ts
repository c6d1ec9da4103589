import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requireFlag } from '#lib/config/flags.ts';
import { log } from '#lib/platform/log.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { ssmConfig } from '#middleware/ssm-config.ts';
import { expectLines } from '#test/support/expected-lines.ts';
import { installSsm, type Ssm } from '#test/support/ssm.ts';

let ssm: Ssm;
let nowMs = 0;
const clock = { now: () => nowMs };
const readNames = () => ssm.reads.map(({ names }) => names);

beforeEach(() => {
  expectLines('parameters not read');
  nowMs = 1_000_000;
  ssm = installSsm({
    'ntfy-url': 'https://ntfy.example/topic',
    'ntfy-token': 'none',
    'flags/notifications': 'on',
  });
});
afterEach(() => {
  ssm.uninstall();
  vi.restoreAllMocks();
});

const aContext = () => ({ awsRequestId: 'req-1' }) as never;

const pipeline = () => {
  const config = ssmConfig({
    parameters: { ntfyUrl: 'ntfy-url', ntfyToken: 'ntfy-token' },
    flags: ['notifications'],
    clock,
  });
  const handler = middy()
    .use(correlationId({ log }))
    .use(config)
    .handler(async (_event, { config, flags }) => ({ config, flags }));
  return { config, read: async () => handler({}, aContext()) };
};

describe('ssmConfig', () => {
  it('reads parameters and flags in one batch, under the stage, decrypted', async () => {
    const { config, flags } = await pipeline().read();

    expect(config).toEqual({ ntfyUrl: 'https://ntfy.example/topic', ntfyToken: 'none' });
    expect(flags.notifications).toMatchObject({ enabled: true, fresh: true });
    expect(readNames()).toEqual([['ntfy-url', 'ntfy-token', 'flags/notifications']]);
    expect(ssm.reads[0]?.decrypted).toBe(true);
  });

  it.each([
    { afterMs: 59_999, reads: [] },
    { afterMs: 60_000, reads: [['flags/notifications']] },
    { afterMs: 299_999, reads: [['flags/notifications']] },
    { afterMs: 300_000, reads: [['ntfy-url', 'ntfy-token', 'flags/notifications']] },
  ])('reads $reads again after $afterMs ms', async ({ afterMs, reads }) => {
    const { read } = pipeline();
    await read();
    ssm.reads.length = 0;

    nowMs += afterMs;
    await read();

    expect(readNames()).toEqual(reads);
  });

  it('returns the last values while SSM fails, however old they are (F22)', async () => {
    const { read } = pipeline();
    await read();
    ssm.failWith(new Error('SSM is down'));

    nowMs += 86_400_000;
    const { config, flags } = await read();

    expect(config.ntfyUrl).toBe('https://ntfy.example/topic');
    expect(flags.notifications).toMatchObject({ enabled: true, fresh: false });
  });

  it('does not read a failing SSM again within ten seconds while it has values', async () => {
    const { read } = pipeline();
    await read();
    ssm.failWith(new Error('SSM is down'));
    nowMs += 300_000;
    await read();
    ssm.reads.length = 0;

    nowMs += 9_999;
    const { flags } = await read();
    expect(readNames()).toEqual([]);
    expect(flags.notifications?.fresh).toBe(false);

    nowMs += 1;
    ssm.failWith(undefined);
    ssm.parameters.set('ntfy-url', 'https://ntfy.example/other');
    expect((await read()).config.ntfyUrl).toBe('https://ntfy.example/other');
  });

  it('logs a failed read in one error line while it returns the last values', async () => {
    const { read } = pipeline();
    await read();
    ssm.failWith(new Error('SSM is down'));
    nowMs += 300_000;
    const written: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((line) => written.push(String(line)) > 0);

    await read();
    await read();
    write.mockRestore();

    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'error', msg: 'parameters not read', err: { message: 'SSM is down' } },
    ]);
  });

  it.each([
    { state: 'SSM never answered', arrange: () => ssm.failWith(new Error('down')) },
    { state: 'it does not exist', arrange: () => ssm.parameters.delete('ntfy-token') },
  ])(
    'refuses as CONFIG_UNAVAILABLE when a parameter is required and $state',
    async ({ arrange }) => {
      arrange();

      await expect(pipeline().read()).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'CONFIG_UNAVAILABLE',
      });
    },
  );

  it('returns undefined for an optional parameter instead of failing', async () => {
    const handler = middy()
      .use(correlationId({ log }))
      .use(ssmConfig({ optional: { cursorKey: 'cursor-key' }, flags: ['notifications'], clock }))
      .handler(async (_event, { config }) => config.cursorKey ?? 'nothing');

    expect(await handler({}, aContext())).toBe('nothing');
    ssm.parameters.set('cursor-key', 'a2V5');
    nowMs += 300_000;
    expect(await handler({}, aContext())).toBe('a2V5');
  });

  it('tells a parameter that does not exist from one that was never read', async () => {
    const handler = middy()
      .use(correlationId({ log }))
      .use(ssmConfig({ optional: { cursorKey: 'cursor-key' }, clock }))
      .handler(async (_event, { config, isConfigRead }) => [config.cursorKey, isConfigRead]);

    ssm.failWith(new Error('down'));
    expect(await handler({}, aContext())).toEqual([undefined, false]);
    ssm.failWith(undefined);
    expect(await handler({}, aContext())).toEqual([undefined, true]);
    ssm.failWith(new Error('down'));
    nowMs += 300_000;
    expect(await handler({}, aContext())).toEqual([undefined, true]);
  });

  it('shares one read among concurrent requests', async () => {
    const { read } = pipeline();

    await Promise.all([read(), read(), read()]);

    expect(readNames()).toHaveLength(1);
  });

  it('uses the values of INIT in the first request', async () => {
    const { config, read } = pipeline();

    expect((await config.read()).ntfyToken).toBe('none');
    expect((await read()).flags.notifications).toMatchObject({ enabled: true, fresh: true });

    expect(readNames()).toEqual([['ntfy-url', 'ntfy-token', 'flags/notifications']]);
  });

  it('waits in the first request for the read that INIT started', async () => {
    const { config, read } = pipeline();
    let open = () => {};
    ssm.holdUntil(
      new Promise((resolve) => {
        open = resolve;
      }),
    );

    const initializing = config.read();
    const reading = read();
    open();
    await initializing;

    expect((await reading).config.ntfyToken).toBe('none');
    expect(readNames()).toHaveLength(1);
  });

  it('reads again in the first request after a failed read in INIT', async () => {
    const { config, read } = pipeline();
    ssm.failWith(new Error('down'));
    await expect(config.read()).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' });

    ssm.failWith(undefined);

    expect((await read()).config.ntfyToken).toBe('none');
  });

  it('reads a parameter that does not exist once in its time to live', async () => {
    ssm.parameters.delete('cursor-key');
    const config = ssmConfig({ optional: { cursorKey: 'cursor-key' }, clock });
    const handler = middy()
      .use(correlationId({ log }))
      .use(config)
      .handler(async () => {});

    await handler({}, aContext());
    nowMs += 299_999;
    await handler({}, aContext());

    expect(readNames()).toEqual([['cursor-key']]);
  });

  it('returns a value that looks like JSON as a text', async () => {
    ssm.parameters.set('ntfy-token', '{"a":[1,"b"]}');

    expect((await pipeline().read()).config.ntfyToken).toBe('{"a":[1,"b"]}');
  });

  it('keeps the values of two configurations apart', async () => {
    await pipeline().read();
    ssm.parameters.set('ntfy-token', 'other');

    expect((await pipeline().read()).config.ntfyToken).toBe('other');
  });

  it('reads every time and never fails with uncached flags only', async () => {
    const handler = middy()
      .use(correlationId({ log }))
      .use(ssmConfig({ flags: ['notifications'], uncached: true, clock }))
      .handler(async (_event, { flags }) => flags.notifications?.fresh ?? 'unknown');

    ssm.failWith(new Error('down'));
    expect(await handler({}, aContext())).toBe('unknown');
    ssm.failWith(undefined);
    expect(await handler({}, aContext())).toBe(true);
    expect(await handler({}, aContext())).toBe(true);
    expect(readNames()).toHaveLength(3);
  });

  it('fails without a hold when a flag was off and cannot be read again', async () => {
    const { read } = pipeline();
    ssm.parameters.set('flags/notifications', 'off');
    const held = await read();
    expect(() => requireFlag(held.flags, 'notifications')).toThrow(
      expect.objectContaining({ code: 'FEATURE_DISABLED', heldBy: 'notifications' }),
    );

    ssm.failWith(new Error('down'));
    nowMs += 60_000;
    const stale = await read();
    expect(() => requireFlag(stale.flags, 'notifications')).toThrow(
      expect.objectContaining({ code: 'CONFIG_UNAVAILABLE', heldBy: undefined }),
    );
  });

  it('logs a malformed flag once, not in every request, and notices the correction', async () => {
    const lines: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((chunk) => lines.push(String(chunk)) > 0);
    const { read } = pipeline();
    ssm.parameters.set('flags/notifications', 'offf');

    for (let n = 0; n < 3; n += 1) {
      expect((await read()).flags.notifications?.enabled).toBe(true);
      nowMs += 60_000;
    }
    ssm.parameters.set('flags/notifications', 'off');
    expect((await read()).flags.notifications?.enabled).toBe(false);
    write.mockRestore();

    expect(lines.map((line) => (JSON.parse(line) as { flag?: string }).flag)).toEqual([
      'notifications',
    ]);
  });

  it('never starts a timer that outlives an invocation (F19)', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');

    await pipeline().read();

    expect(timers).not.toHaveBeenCalled();
  });
});
