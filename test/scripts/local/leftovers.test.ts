import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stopLeftoverProcesses, writePidFile } from '#scripts/local/leftovers.ts';
import { ending } from '#scripts/local/run-to-log.ts';
import { startOf } from '#scripts/setup/processes.mjs';

let dir: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rez-agent-leftovers-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = ending(child);
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(dir, { recursive: true });
});

const begin = (command: string, args: readonly string[], detached = false) => {
  const child = spawn(command, args, { cwd: dir, detached, stdio: 'ignore' });
  children.push(child);
  return { child, pid: child.pid ?? 0, ended: ending(child) };
};

it('removes the PID file of a process that ends by itself', async () => {
  const { pid, ended } = begin('true', []);
  writePidFile(dir, { pid, group: false, ended });

  await ended;

  await expect.poll(() => readdirSync(join(dir, 'processes'))).toEqual([]);
});

describe('a process that an earlier start left running', () => {
  it('gets SIGTERM and can finish its work', async () => {
    const script = "trap 'echo saved >work; exit' TERM; echo >ready; while :; do sleep 0.1; done";
    const { pid, ended } = begin('sh', ['-c', script]);
    await expect.poll(() => existsSync(join(dir, 'ready'))).toBe(true);
    writePidFile(dir, { pid, group: false, ended });

    await stopLeftoverProcesses(dir);

    expect(await ended).toBe('code 0');
    expect(readFileSync(join(dir, 'work'), 'utf8')).toBe('saved\n');
  });

  it('is ended with its children when it leads a process group', async () => {
    const { pid, ended } = begin('sh', ['-c', 'sleep 60 & echo $! >child; wait'], true);
    await expect.poll(() => existsSync(join(dir, 'child'))).toBe(true);
    await expect.poll(() => readFileSync(join(dir, 'child'), 'utf8')).toMatch(/^\d+\n$/);
    const sleeper = Number(readFileSync(join(dir, 'child'), 'utf8'));
    writePidFile(dir, { pid, group: true, ended });

    await stopLeftoverProcesses(dir);

    expect(await ended).toBe('signal SIGTERM');
    await expect.poll(() => startOf(sleeper)).toBeUndefined();
  });

  it('is not ended when another process has its id now', async () => {
    const { pid, child, ended } = begin('sleep', ['60']);
    writePidFile(dir, { pid, group: false, ended });
    const [name = ''] = readdirSync(join(dir, 'processes'));
    const file = join(dir, 'processes', name);
    const identity = JSON.parse(readFileSync(file, 'utf8')) as { start: string };
    writeFileSync(file, JSON.stringify({ ...identity, start: `${identity.start}0` }));

    await stopLeftoverProcesses(dir);

    expect(startOf(pid)).toBeDefined();
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  });

  it.each(['', '{"pid":', '{"pid":1}'])(
    'is ignored when its PID file contains %j',
    async (text) => {
      mkdirSync(join(dir, 'processes'));
      writeFileSync(join(dir, 'processes/1'), text);

      await stopLeftoverProcesses(dir);

      expect(existsSync(join(dir, 'processes'))).toBe(false);
    },
  );

  it('can be a function whose local AWS was killed, but no other program of the folder', async () => {
    const worker = join(dir, 'tmp/ministack-lambda-x-1/_worker.js');
    mkdirSync(dirname(worker), { recursive: true });
    writeFileSync(worker, 'setInterval(() => {}, 1_000);');
    const orphan = begin(process.execPath, [worker]);
    const others = [
      begin('tail', ['-f', worker]),
      begin(process.execPath, [worker, '--inspect']),
      begin(process.execPath, ['-e', 'setInterval(() => {}, 1_000)', worker]),
    ];

    await stopLeftoverProcesses(dir);

    expect(await orphan.ended).toBe('signal SIGKILL');
    for (const { pid } of others) expect(startOf(pid)).toBeDefined();
  });
});
