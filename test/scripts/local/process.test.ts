import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  descendants,
  ending,
  freePort,
  isAlive,
  isFree,
  runToLog,
  signal,
  until,
} from '#scripts/local/process.ts';
import { heldLimits } from '#test/support/limits.ts';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'rez-agent-process-'));
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

describe('descendants', () => {
  it('finds children of children and no other process', async () => {
    const shell = spawn('sh', ['-c', 'sh -c "sleep 60; true" & wait'], { detached: true });
    const other = spawn('sleep', ['60']);

    const found = await until(
      () => {
        const pids = descendants(shell.pid ?? 0);
        return pids.length === 2 && pids;
      },
      { timeoutMs: 30_000, what: 'two descendants' },
    );
    const ended = ending(shell);
    signal(-(shell.pid ?? 0), 'SIGKILL');
    other.kill('SIGKILL');

    expect(found).not.toContain(other.pid);
    expect(await ended).toBe('signal SIGKILL');
  });
});

describe('ports', () => {
  it('distinguishes a port with a listener from a free one', async () => {
    const { createServer } = await import('node:net');
    const port = await freePort();
    const before = await isFree(port);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');

    const during = await isFree(port);
    server.close();

    expect([before, during]).toEqual([true, false]);
  });
});

describe('until', () => {
  it('repeats the check after an error, undefined and false', async () => {
    const answers = [
      () => undefined,
      () => false as const,
      () => {
        throw new Error('early');
      },
      () => 0,
    ];

    const answer = await until(() => answers.shift()?.(), {
      timeoutMs: 1_000,
      everyMs: 1,
      what: 'zero',
    });

    expect(answer).toBe(0);
  });

  it('names what did not happen, with the last error as the cause', async () => {
    const refused = new Error('refused');

    const waiting = until(() => Promise.reject(refused), {
      timeoutMs: 20,
      everyMs: 5,
      what: 'an answer',
    });

    await expect(waiting).rejects.toMatchObject({
      message: 'an answer did not happen within 20 ms',
      cause: refused,
    });
  });
});
