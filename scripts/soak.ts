/**
 * Runs many random worlds of bookings, in one process per core, and prints the seeds of those that break a rule:
 * `SOAK_WORLDS=` of them (default 200,000), for at most `SOAK_MINUTES=` (default 480), from `SOAK_SEED=` on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './local/paths.ts';
import { line, printable } from './printable.ts';

const WORKER = join(ROOT, 'scripts/soak/book-worlds.ts');
const MINUTE_MS = 60_000;

/** A whole number from the environment. */
const numberOf = (name: string, fallback: number): number => {
  const value = Number(process.env[name] || fallback);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a number from 1 on`);
  return value;
};

const worlds = numberOf('SOAK_WORLDS', 200_000);
const minutes = numberOf('SOAK_MINUTES', 480);
const seed = numberOf('SOAK_SEED', 1 + Math.floor(Date.now() / 1_000));
const processes = Math.min(availableParallelism(), worlds);
const share = Math.ceil(worlds / processes);

const startedMs = Date.now();
let done = 0;
let broken = 0;
let shownMs = startedMs;

/** A worker prints a line for each broken rule, and a number whenever it has run some worlds. */
const onLine = (output: string): void => {
  if (/^\d+$/.test(output)) {
    done += Number(output);
    if (Date.now() - shownMs < MINUTE_MS) return;
    shownMs = Date.now();
    const perSecond = (done / (Date.now() - startedMs)) * 1_000;
    console.log(
      line`${done} of ${worlds} worlds, ${perSecond.toFixed(1)} per second, ${broken} broken rules`,
    );
    return;
  }
  broken += 1;
  console.log(printable(output));
};

const run = (n: number): Promise<number | null> => {
  const from = seed + n * share;
  const to = Math.min(from + share, seed + worlds);
  const child: ChildProcess = spawn(
    process.execPath,
    ['--no-warnings', WORKER, `${from}`, `${to}`, `${startedMs + minutes * MINUTE_MS}`],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', onLine);
  return new Promise((resolve) => child.on('close', resolve));
};

console.log(line`${worlds} worlds from seed ${seed} on, in ${processes} processes`);
const codes = await Promise.all(Array.from({ length: processes }, (_, n) => run(n)));
const seconds = (Date.now() - startedMs) / 1_000;
console.log(
  line`${done} of ${worlds} worlds in ${seconds.toFixed(0)} s (${(done / seconds).toFixed(1)} per second), ${broken} broken rules`,
);
if (done < worlds) console.log(line`stopped after ${minutes} minutes`);
process.exitCode = broken > 0 || codes.some((code) => code !== 0) ? 1 : 0;
