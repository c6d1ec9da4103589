import { afterEach, describe, expect, it } from 'vitest';
import { readParameterFolder, readParameters } from '#lib/config/ssm.ts';
import { installSsm, type Ssm, WRITTEN_MS } from '#test/support/ssm.ts';

let ssm: Ssm;
afterEach(() => ssm.uninstall());

describe('readParameters', () => {
  it('returns the parameters that exist, with the time of the last change and without decryption', async () => {
    ssm = installSsm({ 'flags/a': 'on', 'ntfy-url': 'secret' });

    const stored = await readParameters(['flags/a', 'flags/missing']);

    expect([...stored]).toEqual([
      ['flags/a', { value: 'on', version: 1, changedAtMs: WRITTEN_MS }],
    ]);
    expect(ssm.reads).toEqual([{ names: ['flags/a', 'flags/missing'], decrypted: false }]);
  });

  it('reads ten names at a time, the limit of SSM', async () => {
    const names = Array.from({ length: 21 }, (_, n) => `flags/f${n}`);
    ssm = installSsm(Object.fromEntries(names.map((name) => [name, 'on'])));

    const stored = await readParameters(names);

    expect([...stored.keys()]).toEqual(names);
    expect(ssm.reads.map(({ names }) => names.length)).toEqual([10, 10, 1]);
  });

  it('fails as CONFIG_UNAVAILABLE, with the cause, when SSM does not respond', async () => {
    ssm = installSsm();
    ssm.failWith(new Error('down'));

    await expect(readParameters(['flags/a'])).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CONFIG_UNAVAILABLE',
      cause: { message: 'down' },
    });
  });
});

describe('readParameterFolder', () => {
  it('returns the values of all pages, by name without the folder and without decryption', async () => {
    const names = Array.from({ length: 21 }, (_, n) => `e${n}`);
    const inFolder = names.map((name) => [`endpoints/${name}`, name]);
    ssm = installSsm({ ...Object.fromEntries(inFolder), endpoint: 'x', 'ntfy-url': 'x' });

    const stored = await readParameterFolder('endpoints');

    expect([...stored]).toEqual(names.map((name) => [name, name]));
    expect(ssm.reads.map(({ names: page, decrypted }) => [page.length, decrypted])).toEqual([
      [10, false],
      [10, false],
      [1, false],
    ]);
  });

  it('stops at a folder without an end', async () => {
    const names = Array.from({ length: 1_000 }, (_, n) => [`endpoints/e${n}`, 'x']);
    ssm = installSsm(Object.fromEntries(names));

    await expect(readParameterFolder('endpoints')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CONFIG_UNAVAILABLE',
    });
    expect(ssm.reads).toHaveLength(50);
  });

  it('fails as CONFIG_UNAVAILABLE, with the cause, when SSM does not respond', async () => {
    ssm = installSsm();
    ssm.failWith(new Error('down'));

    await expect(readParameterFolder('endpoints')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CONFIG_UNAVAILABLE',
      cause: { message: 'down' },
    });
  });
});
