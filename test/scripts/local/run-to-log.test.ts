import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '#scripts/local/process-tree.ts';
import { runToLog } from '#scripts/local/run-to-log.ts';
import { heldLimits } from '#test/support/limits.ts';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'rez-agent-run-'));
});

afterAll(() => rmSync(dir, { recursive: true }));

describe('runToLog', () => {
  it('appends the output to the log file, and quotes only the output of the failed command', async () => {
    const logFile = join(dir, 'quoted.log');
    const options = { logFile, timeoutMs: 10_000 };

    await runToLog('sh', ['-c', 'echo before'], options);
    const failure = runToLog('sh', ['-c', 'echo reason >&2; exit 3'], options);

    await expect(failure).rejects.toThrow(/code 3\nreason$/);
    expect(readFileSync(logFile, 'utf8')).toBe('before\nreason\n');
  });

  it('names a command that does not exist', async () => {
    const options = { logFile: join(dir, 'absent.log'), timeoutMs: 10_000 };

    await expect(runToLog('no-such-command', [], options)).rejects.toThrow('ENOENT');
  });

  it('ends the children of a command that takes too long', async () => {
    const logFile = join(dir, 'slow.log');

    const limits = heldLimits();
    const slow = runToLog('sh', ['-c', 'sleep 60 & echo $!; wait'], { logFile, timeoutMs: 300 });
    await expect.poll(() => readFileSync(logFile, 'utf8')).toMatch(/^\d+\n$/);
    limits.end();
    await expect(slow).rejects.toThrow('SIGTERM');

    expect(limits.askedMs).toEqual([300]);
    expect(isAlive(Number(readFileSync(logFile, 'utf8')))).toBe(false);
  });

  it('rejects with the reason of the abort signal', async () => {
    const logFile = join(dir, 'aborted.log');
    const wish = AbortSignal.timeout(100);

    const error = await runToLog('sleep', ['60'], {
      logFile,
      timeoutMs: 60_000,
      signal: wish,
    }).catch((thrown: unknown) => thrown);

    expect(error).toBe(wish.reason);
  });
});
