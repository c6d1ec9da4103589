import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { line, printable } from '#scripts/printable.ts';
import { readNumber, readSeed } from './read-number.ts';

const WORKER = join(ROOT, 'scripts/soak/book-worlds.ts');
const DEFAULT_MINUTES = 480;
const DEFAULT_WORLDS = 200_000;

/**
 * Runs many random worlds of bookings, in one process per core, and prints the seeds of those that break a rule:
 * `SOAK_WORLDS=` of them, for at most `SOAK_MINUTES=`, from `SOAK_SEED=` on.
 * @returns whether no rule was broken
 */
export const soakBookings = async (): Promise<boolean> => {
  const worlds = readNumber('SOAK_WORLDS', DEFAULT_WORLDS);
  const minutes = readNumber('SOAK_MINUTES', DEFAULT_MINUTES);
  const seed = readSeed();
  const processes = Math.min(availableParallelism(), worlds);
  const share = Math.ceil(worlds / processes);
  const startedMs = Date.now();
  let done = 0;
  let broken = 0;
  let shownMs = startedMs;

  /** A worker prints a line for each broken rule, and a number whenever it has run some worlds. */
  const onLine = (output: string): void => {
    if (!/^\d+$/.test(output)) {
      broken += 1;
      console.log(printable(output));
      return;
    }
    done += Number(output);
    if (Date.now() - shownMs < MINUTE_MS) return;
    shownMs = Date.now();
    const perSecond = (done / (Date.now() - startedMs)) * SECOND_MS;
    console.log(
      line`${done} of ${worlds} worlds, ${perSecond.toFixed(1)} per second, ${broken} broken rules`,
    );
  };

  const run = (n: number): Promise<number | null> => {
    const from = seed + n * share;
    const to = Math.min(from + share, seed + worlds);
    const child = spawn(
      process.execPath,
      ['--no-warnings', WORKER, `${from}`, `${to}`, `${startedMs + minutes * MINUTE_MS}`],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    createInterface({ input: child.stdout }).on('line', onLine);
    return new Promise((resolve) => child.on('close', resolve));
  };

  console.log(line`${worlds} worlds from seed ${seed} on, in ${processes} processes`);
  const codes = await Promise.all(Array.from({ length: processes }, (_, n) => run(n)));
  const seconds = (Date.now() - startedMs) / SECOND_MS;
  console.log(
    line`${done} of ${worlds} worlds in ${seconds.toFixed(0)} s (${(done / seconds).toFixed(1)} per second), ${broken} broken rules`,
  );
  if (done < worlds) console.log(line`stopped after ${minutes} minutes`);
  return broken === 0 && codes.every((code) => code === 0);
};
