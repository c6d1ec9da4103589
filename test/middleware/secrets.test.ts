import middy from '@middy/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { log } from '#lib/platform/log.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { secrets } from '#middleware/secrets.ts';
import { expectLines } from '#test/support/expected-lines.ts';
import { installSecretsManager, type SecretsManager } from '#test/support/secrets-manager.ts';

const ID = 'rez-agent/golf/credentials-dev';
const CANARY = 'canary-5X0VZ2QK8T3M';
const GOLFER = { username: 'ada', password: CANARY };

let manager: SecretsManager;
let nowMs = 0;

beforeEach(() => {
  expectLines('secret not read');
  nowMs = 1_000_000;
  manager = installSecretsManager({ [ID]: JSON.stringify(GOLFER) });
});
afterEach(() => {
  manager.uninstall();
  vi.restoreAllMocks();
});

/** A pipeline whose handler reads the secrets that the event names. */
const pipeline = () => {
  const handler = middy<{ name: string; maxAgeMs?: number }>()
    .use(correlationId({ log }))
    .use(secrets({ clock: { now: () => nowMs } }))
    .handler(({ name, maxAgeMs }, context) => context.secrets(name, maxAgeMs));
  return (name = 'golf/credentials', maxAgeMs?: number) =>
    handler({ name, ...(maxAgeMs === undefined ? {} : { maxAgeMs }) }, {
      awsRequestId: 'req-1',
    } as never);
};

describe('secrets', () => {
  it('reads nothing until the handler asks', async () => {
    const handler = middy()
      .use(correlationId({ log }))
      .use(secrets())
      .handler(async () => 'done');

    await handler({}, { awsRequestId: 'req-1' } as never);

    expect(manager.reads).toEqual([]);
  });

  it('reads a secret of the stage as JSON', async () => {
    expect(await pipeline()()).toEqual({ value: GOLFER, isCached: false });
    expect(manager.reads).toEqual([ID]);
  });

  it.each([
    { afterMs: 299_999, reads: 1, isCached: true },
    { afterMs: 300_000, reads: 2, isCached: false },
  ])('has read $reads times after $afterMs ms', async ({ afterMs, reads, isCached }) => {
    const read = pipeline();
    await read();
    nowMs += afterMs;

    expect((await read()).isCached).toBe(isCached);
    expect(manager.reads).toHaveLength(reads);
  });

  it('reads again at once a value that the caller says is too old', async () => {
    const read = pipeline();
    await read();
    manager.secrets.set(ID, '{"username":"bob"}');
    nowMs += 10_000;

    expect((await read('golf/credentials', 10_001)).value).toEqual(GOLFER);
    expect(await read('golf/credentials', 10_000)).toEqual({
      value: { username: 'bob' },
      isCached: false,
    });
  });

  it('caches each secret apart', async () => {
    manager.secrets.set('rez-agent/http/lamp-dev', '{"token":"t"}');
    const read = pipeline();
    await read();
    nowMs += 1;

    expect((await read('http/lamp')).value).toEqual({ token: 't' });
    expect((await read()).isCached).toBe(true);
  });

  it('shares one read among concurrent callers', async () => {
    const read = pipeline();

    await Promise.all([read(), read(), read()]);

    expect(manager.reads).toHaveLength(1);
  });

  it('returns the last value while Secrets Manager fails, and tries every ten seconds (F22)', async () => {
    const read = pipeline();
    await read();
    manager.failWith(new Error('down'));
    nowMs += 86_400_000;

    expect(await read()).toEqual({ value: GOLFER, isCached: true });
    nowMs += 9_999;
    await read();
    expect(manager.reads).toHaveLength(2);
    nowMs += 1;
    manager.failWith(undefined);

    expect(await read()).toEqual({ value: GOLFER, isCached: false });
  });

  it('refuses a secret that has no value, and says how to set it', async () => {
    manager.secrets.delete(ID);

    await expect(pipeline()()).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CONFIG_UNAVAILABLE',
      retryable: false,
      message:
        'secret golf/credentials has no value: set it with make secret NAME=golf/credentials STAGE=dev (without STAGE for make dev)',
    });
  });

  it('refuses a secret that was never read', async () => {
    manager.failWith(new Error('down'));

    await expect(pipeline()()).rejects.toMatchObject({
      code: 'CONFIG_UNAVAILABLE',
      message: 'secret golf/credentials cannot be read',
    });
  });

  it.each([
    ['no JSON', `password: ${CANARY}`],
    ['broken JSON', `{"password":"${CANARY}"`],
  ])('returns a value that is %s as a text, for the schema to refuse', async (_, text) => {
    manager.secrets.set(ID, text);

    expect((await pipeline()()).value).toBe(text);
  });

  it('writes one log line about a failed read, without the value (F66)', async () => {
    const read = pipeline();
    await read();
    manager.failWith(new Error('Secrets Manager is down'));
    nowMs += 300_000;
    const lines: string[] = [];
    const write = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((line) => lines.push(String(line)) > 0);

    await read();
    write.mockRestore();

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'error', msg: 'secret not read', name: 'golf/credentials' },
    ]);
    expect(lines.join()).not.toContain(CANARY);
  });

  it('never starts a timer that outlives an invocation (F19)', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout');

    await pipeline()();

    expect(timers).not.toHaveBeenCalled();
  });
});
