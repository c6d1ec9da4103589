import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryLock, unlock, whileLocked } from '#scripts/local/lock.ts';
import { ending } from '#scripts/local/process.ts';

let file: string;

beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'rez-agent-lock-')), 'lock');
});

afterEach(() => rmSync(join(file, '..'), { recursive: true }));

describe('a lock', () => {
  it('is refused while its holder lives', () => {
    expect([tryLock(file), tryLock(file)]).toEqual([true, false]);
  });

  it('is taken from a holder that was killed', async () => {
    const holder = spawn('sleep', ['60']);
    writeFileSync(file, String(holder.pid));
    const before = tryLock(file);
    holder.kill('SIGKILL');
    await ending(holder);

    expect([before, tryLock(file)]).toEqual([false, true]);
    expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
  });

  it('can be taken again once it was given back', () => {
    tryLock(file);
    unlock(file);

    expect(tryLock(file)).toBe(true);
  });

  it('lets one at a time in, also after one that failed', async () => {
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
      [fail, visit, visit].map((work) => whileLocked(file, work)),
    );

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(results.slice(1)).toMatchObject([{ value: 1 }, { value: 1 }]);
  });
});
