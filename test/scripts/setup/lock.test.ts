import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ending } from '#scripts/local/run-to-log.ts';
import { holderOf, tryLock, whileLocked } from '#scripts/setup/lock.mjs';
import { startOf } from '#scripts/setup/processes.mjs';

const ROOT = join(import.meta.dirname, '../../..');

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'rez-agent-lock-')), 'lock');
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  rmSync(join(folder, '..'), { recursive: true });
});

const kill = async (child: ChildProcess) => {
  child.kill('SIGKILL');
  await ending(child);
};

/** Another process that tries to take the lock, prints `locked` or `refused`, and keeps running. */
const another = async (script = '') => {
  const program = `
    import { tryLock } from '#scripts/setup/lock.mjs';
    const lock = tryLock(${JSON.stringify(folder)});
    ${script}
    process.stdout.write(lock === undefined ? 'refused' : 'locked');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT });
  children.push(child);
  const output = await new Promise<string>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
  return { child, output };
};

describe('a lock', () => {
  it('is refused while its holder runs', () => {
    expect(tryLock(folder)).toBeDefined();
    expect(tryLock(folder)).toBeUndefined();
    expect(holderOf(folder)).toBe(process.pid);
  });

  it('is free after it was released', () => {
    tryLock(folder)?.release();

    expect(holderOf(folder)).toBeUndefined();
    expect(tryLock(folder)).toBeDefined();
  });

  it('is refused while another process holds it, and free after that process was killed', async () => {
    const { child, output } = await another();
    const during = tryLock(folder);
    await kill(child);

    expect([output, during]).toEqual(['locked', undefined]);
    expect(tryLock(folder)).toBeDefined();
  });

  it('is held until the child of its holder has ended, too', async () => {
    const { child } = await another(`
      const { spawn } = await import('node:child_process');
      const other = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      lock.add(other.pid);`);
    await kill(child);
    const other = holderOf(folder) ?? 0;
    const during = tryLock(folder);
    process.kill(other, 'SIGKILL');

    expect(other).toBeGreaterThan(0);
    expect(during).toBeUndefined();
    await expect.poll(() => tryLock(folder)).toBeDefined();
  });

  it('is free when another process has the id of its holder now', () => {
    mkdirSync(folder);
    const start = startOf(process.pid);
    symlinkSync(`${process.pid}@${start}0`, join(folder, '1'));

    expect(holderOf(folder)).toBeUndefined();
    expect(tryLock(folder)).toBeDefined();
  });

  it('is taken by only one of many processes that find it free at the same time', async () => {
    mkdirSync(folder);
    symlinkSync('999999999@1', join(folder, '41'));

    const all = await Promise.all(Array.from({ length: 8 }, () => another()));

    expect(all.filter(({ output }) => output === 'locked')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['42']);
  });

  it('leaves one link in its folder, however often it was taken', () => {
    for (let n = 0; n < 20; n += 1) tryLock(folder)?.release();

    expect(readdirSync(folder)).toEqual(['20']);
  });
});

describe('work under a lock', () => {
  it('is done by one caller at a time, also after an error', async () => {
    let inside = 0;
    const visit = async () => {
      inside += 1;
      const seen = inside;
      await new Promise((resolve) => setTimeout(resolve, 20));
      inside -= 1;
      return seen;
    };
    const fail = async () => {
      await visit();
      throw new Error('broken');
    };

    const results = await Promise.allSettled(
      [fail, visit, visit].map((work) => whileLocked(folder, work)),
    );

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(results.slice(1)).toMatchObject([{ value: 1 }, { value: 1 }]);
  });

  it('waits for another process, and reports its id once', async () => {
    const { child } = await another();
    const waitedFor: number[] = [];

    const work = whileLocked(folder, async () => 'done', { onWait: (pid) => waitedFor.push(pid) });
    await kill(child);

    expect(await work).toBe('done');
    expect(waitedFor).toEqual([child.pid]);
  });

  it('is not done when the wait is aborted', async () => {
    tryLock(folder);
    const aborted = AbortSignal.abort(new Error('aborted'));

    const work = whileLocked(folder, async () => 'done', { signal: aborted });

    await expect(work).rejects.toMatchObject({ cause: aborted.reason });
  });

  it('reports nothing when the lock is free', async () => {
    const waitedFor: number[] = [];

    await whileLocked(folder, async () => {}, { onWait: (pid) => waitedFor.push(pid) });

    expect(waitedFor).toEqual([]);
  });
});

describe('the start of a process', () => {
  it('is always the same, and differs for another process', async () => {
    const { child } = await another();
    const pid = child.pid ?? 0;

    expect(startOf(pid)).toBe(startOf(pid));
    expect(startOf(pid)).not.toBe(startOf(process.pid));
  });

  it('is unknown once the process has ended', async () => {
    const { child } = await another();
    await kill(child);

    expect(startOf(child.pid ?? 0)).toBeUndefined();
  });
});
