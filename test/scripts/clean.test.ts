import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePidFile } from '#scripts/local/leftovers.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { ending } from '#scripts/local/run-to-log.ts';
import { tryLock } from '#scripts/setup/lock.mjs';

let copy: string;

beforeEach(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'rez-agent-clean-')));
  for (const file of ['Makefile', 'package.json']) copyFileSync(join(ROOT, file), join(copy, file));
  for (const folder of ['scripts', 'lib']) {
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, '.local/dev'), { recursive: true });
  writeFileSync(join(copy, '.local/users.json'), '{}');
});

afterEach(() => rmSync(copy, { recursive: true }));

const clean = () => spawnSync('make', ['clean'], { cwd: copy, encoding: 'utf8' });

describe('make clean', () => {
  it('ends the processes that a killed make dev left running, then removes everything', async () => {
    const orphan = spawn('sleep', ['60']);
    const ended = ending(orphan);
    writePidFile(join(copy, '.local/dev'), { pid: orphan.pid ?? 0, group: false, ended });

    const { status, stderr } = clean();

    expect([status, stderr]).toEqual([0, '']);
    expect(await ended).toBe('signal SIGTERM');
    expect(existsSync(join(copy, '.local'))).toBe(false);
  });

  it('refuses and removes nothing while make dev runs', () => {
    tryLock(join(copy, '.local/locks/dev'));

    const { status, stderr } = clean();

    expect(status).not.toBe(0);
    expect(stderr).toContain(
      `.local is in use by process ${process.pid} (dev): end that process first\n`,
    );
    expect(existsSync(join(copy, '.local/users.json'))).toBe(true);
  });

  it('removes everything when no package is installed', () => {
    rmSync(join(copy, 'node_modules'));

    expect(clean().status).toBe(0);
    expect(existsSync(join(copy, '.local'))).toBe(false);
  });
});
