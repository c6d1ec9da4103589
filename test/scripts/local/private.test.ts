import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/local/paths.ts';

let top: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'rez-agent-private-'));
});

afterEach(() => rmSync(top, { recursive: true }));

const put = (file: string, mode: number) => {
  mkdirSync(dirname(join(top, file)), { recursive: true });
  writeFileSync(join(top, file), '');
  chmodSync(join(top, file), mode);
};

const modeOf = (path: string) => (lstatSync(join(top, path)).mode & 0o777).toString(8);

/** Runs in its own process, because the umask applies to the whole process. */
const keepPrivate = (folder: string, then = '') => {
  const program = `
    import { keepPrivate } from '#scripts/local/private.ts';
    keepPrivate(${JSON.stringify(join(top, folder))});
    ${then}`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, stderr };
};

describe('a private folder', () => {
  it('loses the permissions of others at every level, and keeps those of its owner', () => {
    put('local/users.json', 0o644);
    put('local/dev/state/sqs.json', 0o666);
    put('local/venv/bin/python', 0o755);
    put('local/locked', 0o440);
    chmodSync(join(top, 'local/dev'), 0o777);

    expect(keepPrivate('local')).toEqual({ status: 0, stderr: '' });

    const paths = ['', 'users.json', 'dev', 'dev/state', 'dev/state/sqs.json', 'venv/bin/python'];
    expect(paths.map((path) => modeOf(join('local', path)))).toEqual([
      ...['700', '600', '700', '700', '600', '700'],
    ]);
    expect(modeOf('local/locked')).toBe('400');
  });

  it('does not change the targets of links in it', () => {
    put('elsewhere/file', 0o644);
    mkdirSync(join(top, 'local'));
    symlinkSync(join(top, 'elsewhere'), join(top, 'local/link'));
    symlinkSync(join(top, 'nowhere'), join(top, 'local/broken'));

    expect(keepPrivate('local')).toEqual({ status: 0, stderr: '' });

    expect(modeOf('elsewhere/file')).toBe('644');
  });

  it('can be a link itself', () => {
    put('disk/users.json', 0o644);
    symlinkSync('disk', join(top, 'local'));

    keepPrivate('local');

    expect([modeOf('disk'), modeOf('disk/users.json')]).toEqual(['700', '600']);
  });

  it('is created only for its owner, as are all files that are written later, also by children', () => {
    keepPrivate(
      'local',
      `import { execFileSync } from 'node:child_process';
       import { mkdirSync, writeFileSync } from 'node:fs';
       process.chdir(${JSON.stringify(top)});
       writeFileSync('local/file', '');
       mkdirSync('local/folder/below', { recursive: true });
       execFileSync('sh', ['-c', 'echo >local/by-child']);`,
    );

    const paths = ['', 'file', 'folder', 'folder/below', 'by-child'];
    expect(paths.map((path) => modeOf(join('local', path)))).toEqual([
      ...['700', '600', '700', '700', '600'],
    ]);
  });

  it.runIf(process.getuid?.() === 0)('is refused when another user owns something in it', () => {
    put('local/file', 0o644);
    chmodSync(top, 0o777);
    const refused = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { keepPrivate } from '#scripts/local/private.ts';
         process.setuid(65534);
         keepPrivate(${JSON.stringify(join(top, 'local'))});`,
      ],
      { cwd: ROOT, encoding: 'utf8' },
    );

    expect(refused.stderr).toContain('belongs to another user');
    expect(statSync(join(top, 'local/file')).mode & 0o777).toBe(0o644);
  });
});
