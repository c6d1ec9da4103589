import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/local/paths.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rez-agent-deployed-'));
  mkdirSync(join(folder, 'scripts'));
  cpSync(join(ROOT, 'scripts/ci'), join(folder, 'scripts/ci'), {
    ...{ recursive: true, filter: (path: string) => !/\.\w+$/.test(path) || path.endsWith('.sh') },
  });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  commit('first');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const commit = (subject: string) =>
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--allow-empty', '-qm', subject);
const subject = () => git('log', '-1', '--format=%s').trim();
const script = (name: string, STAGE = '') =>
  spawnSync(join(folder, 'scripts/ci', name), { encoding: 'utf8', env: { ...process.env, STAGE } });

describe('the deployed commit', () => {
  it('of stage and prod is the newest tag of a version, and of dev main', () => {
    git('tag', 'v1');
    commit('second');
    git('tag', 'v2');
    commit('third');
    git('tag', 'other');

    expect(script('switch-to-deployed.sh', 'dev').status).toBe(0);
    expect(subject()).toBe('third');
    expect(script('switch-to-deployed.sh', 'prod').status).toBe(0);
    expect(subject()).toBe('second');
  });

  it('of prod is main before the first tag', () => {
    expect(script('switch-to-deployed.sh', 'prod').status).toBe(0);
    expect(subject()).toBe('first');
  });

  it('of an unknown stage is an error', () => {
    expect(script('switch-to-deployed.sh', 'test').status).toBe(1);
  });
});

describe('a commit that is deployed', () => {
  it('must be on main', () => {
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    const onMain = script('require-main.sh');
    commit('not reviewed');
    const elsewhere = script('require-main.sh');

    expect(onMain.status).toBe(0);
    expect(elsewhere.status).toBe(1);
    expect(elsewhere.stderr).toContain('is not on main');
  });
});
