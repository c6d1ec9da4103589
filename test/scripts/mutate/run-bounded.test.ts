import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBounded } from '#scripts/mutate/run-bounded.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A killed process that nobody has waited for is still listed.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('runBounded', () => {
  it('returns the exit code and the output of both streams', async () => {
    const ran = await runBounded(['bash', '-c', 'echo out; echo err >&2; exit 3'], {
      ...{ cwd: tmpdir(), signal: new AbortController().signal },
    });

    expect(ran).toMatchObject({ code: 3, isAborted: false });
    expect(ran.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('ends a command with the signal, and what the command started', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rez-agent-bounded-'));
    const script = 'sleep 600 & echo $! >child.pid; wait';

    const ending = new AbortController();

    const running = runBounded(['bash', '-c', script], { cwd: folder, signal: ending.signal });
    const childPid = () => Number(readFileSync(join(folder, 'child.pid'), 'utf8'));
    await expect.poll(childPid).toBeGreaterThan(0);
    const child = childPid();
    ending.abort();
    const ran = await running;

    rmSync(folder, { recursive: true, force: true });
    expect(ran).toMatchObject({ code: -1, isAborted: true });
    await expect.poll(() => isAlive(child)).toBe(false);
  });

  it('returns -1 for a command that does not exist', async () => {
    const ran = await runBounded(['no-such-command'], {
      ...{ cwd: tmpdir(), signal: new AbortController().signal },
    });

    expect(ran.code).toBe(-1);
  });
});
