import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Programs that come first in PATH, by name. */
const programs = (scripts: Readonly<Record<string, string>>) => {
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }
  return `${folder}:${process.env.PATH}`;
};

const PYTHONS = ['python', 'python3', ...[10, 11, 12, 13, 14].map((minor) => `python3.${minor}`)];
const everyPython = (script: string) =>
  Object.fromEntries(PYTHONS.map((name) => [name, script] as const));

describe('setup', () => {
  it.each([
    ['Node 20.19 or newer is needed, here is 18.20', { node: 'echo v18.20.4' }],
    ['npm 9.0 or newer is needed, here is 8.19', { npm: 'echo 8.19.4' }],
    ['git is missing', { git: 'exit 127' }],
    ['Terraform 1.11 or newer is needed, here is 1.9', { terraform: 'echo Terraform v1.9.8' }],
    ['Terraform is missing', { terraform: 'exit 127' }],
    ['Python 3.10 or newer with venv is missing', everyPython('exit 1')],
  ])('says in one line that %s, and how to install it', (what, missing) => {
    const { status, stderr } = spawnSync('scripts/setup.sh', ['terraform', 'python'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, PATH: programs({ terraform: 'echo Terraform v1.11.4', ...missing }) },
    });

    expect(stderr.split('\n')).toEqual([expect.stringContaining(`setup: ${what}: `), '']);
    expect(stderr).toMatch(/https:\/\/|your system's package/);
    expect(status).toBe(1);
  });
});

describe('the run of continuous integration', () => {
  const make = (check: string, test: string) => ({
    make: `case $1 in check) ${check} ;; test) ${test} ;; esac`,
  });

  it.each([
    [
      'all is well',
      make('true', 'echo "7 passed, 0 failed, 1 skipped"'),
      '7 passed, 0 failed, 1 skipped',
      0,
    ],
    ['a check fails', make('false', 'echo "7 passed, 0 failed"'), '7 passed, 1 failed', 1],
    ['a test fails', make('true', 'echo "6 passed, 1 failed"; exit 1'), '6 passed, 1 failed', 1],
    ['the tests break down', make('true', 'echo no count; exit 2'), '0 passed, 1 failed', 1],
  ])('ends with its one plain line when %s', (_, scripts, line, code) => {
    const { status, stdout } = spawnSync('bash', ['.ci/run'], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { PATH: programs(scripts) },
    });

    const plain = stdout.split('\n').filter((text) => /^\d+ passed/.test(text));
    expect(plain).toEqual([line]);
    expect(stdout.endsWith(`${line}\n`)).toBe(true);
    expect(status).toBe(code);
  });
});
