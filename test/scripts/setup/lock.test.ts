import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ending } from '#scripts/local/process.ts';
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

/** Another process that takes the lock, says `locked` or `refused`, and stays. */
const another = async (script = '') => {
  const program = `
    import { tryLock } from '#scripts/setup/lock.mjs';
    const lock = tryLock(${JSON.stringify(folder)});
    ${script}
    process.stdout.write(lock === undefined ? 'refused' : 'locked');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT });
  children.push(child);
  const said = await new Promise<string>((resolve) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
  });
  return { child, said };
};

describe('a lock', () => {
  it('is refused while its holder runs', () => {
    expect(tryLock(folder)).toBeDefined();
    expect(tryLock(folder)).toBeUndefined();
    expect(holderOf(folder)).toBe(process.pid);
  });

  it('is free again once it was released', () => {
    tryLock(folder)?.release();

    expect(holderOf(folder)).toBeUndefined();
    expect(tryLock(folder)).toBeDefined();
  });

  it('is refused while another process holds it, and taken once that was killed', async () => {
    const { child, said } = await another();
    const during = tryLock(folder);
    await kill(child);

    expect([said, during]).toEqual(['locked', undefined]);
    expect(tryLock(folder)).toBeDefined();
  });

  it('is held until what its holder started has ended, too', async () => {
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

  it('is taken from a process whose id now belongs to another one', () => {
    mkdirSync(folder);
    const start = startOf(process.pid);
    symlinkSync(`${process.pid}@${start}0`, join(folder, '1'));

    expect(holderOf(folder)).toBeUndefined();
    expect(tryLock(folder)).toBeDefined();
  });

  it('is got by one of many that find the lock of a dead process at the same time', async () => {
    mkdirSync(folder);
    symlinkSync('999999999@1', join(folder, '41'));

    const all = await Promise.all(Array.from({ length: 8 }, () => another()));

    expect(all.filter(({ said }) => said === 'locked')).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['42']);
  });

  it('leaves one link behind, however often it was held', () => {
    for (let n = 0; n < 20; n += 1) tryLock(folder)?.release();

    expect(readdirSync(folder)).toEqual(['20']);
  });
});

describe('work under a lock', () => {
  it('is done one at a time, also after one that failed', async () => {
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

  it('waits for another process, and names it once', async () => {
    const { child } = await another();
    const waitedFor: number[] = [];

    const work = whileLocked(folder, async () => 'done', { onWait: (pid) => waitedFor.push(pid) });
    await kill(child);

    expect(await work).toBe('done');
    expect(waitedFor).toEqual([child.pid]);
  });

  it('is given up by who no longer waits', async () => {
    tryLock(folder);
    const wish = AbortSignal.abort(new Error('given up'));

    const work = whileLocked(folder, async () => 'done', { signal: wish });

    await expect(work).rejects.toMatchObject({ cause: wish.reason });
  });

  it('says nothing when there is nothing to wait for', async () => {
    const waitedFor: number[] = [];

    await whileLocked(folder, async () => {}, { onWait: (pid) => waitedFor.push(pid) });

    expect(waitedFor).toEqual([]);
  });
});

describe('the start of a process', () => {
  it('is the same at every look, and another one for another process', async () => {
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
