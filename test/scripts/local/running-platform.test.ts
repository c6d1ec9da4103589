import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runningPlatform } from '#scripts/local/running-platform.ts';
import { tryLock } from '#scripts/setup/lock.mjs';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rez-agent-running-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

const hold = (name: string) => tryLock(join(dir, 'locks', name));

const announced = (pid: number) => writeFileSync(join(dir, 'dev.json'), JSON.stringify({ pid }));

describe('the running platform', () => {
  it('has the addresses that make dev wrote', () => {
    hold('dev');
    announced(process.pid);

    expect(runningPlatform(dir)).toEqual({ pid: process.pid });
  });

  it('is missing when make dev does not run, also after one that was killed', () => {
    announced(process.pid);

    expect(() => runningPlatform(dir)).toThrow('does not run: start it with `make dev`');
  });

  it('is missing while another command installs packages', () => {
    hold('install');

    expect(() => runningPlatform(dir)).toThrow('does not run: another command is still installing');
  });

  it.each([undefined, 1])('is starting while the file contains the process id %s', (pid) => {
    hold('dev');
    if (pid !== undefined) announced(pid);

    expect(() => runningPlatform(dir)).toThrow('still starting');
  });
});
