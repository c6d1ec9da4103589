/**
 * Measures the figures of docs/operations/performance.md and compares them with their gates. `BENCH_ROUNDS=30 make bench` takes
 * longer and is more precise. It also writes the table to `.local/bench/report.txt`.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { batches } from './bench/batches.ts';
import type { Bench, Part } from './bench/bench.ts';
import { BENCH_DIR } from './bench/bundles.ts';
import { serveBenchKeys } from './bench/callers.ts';
import { coldStarts } from './bench/cold-starts.ts';
import { cost } from './bench/cost.ts';
import { dashboard } from './bench/dashboard.ts';
import { ENVIRONMENT, environmentAt } from './bench/environment.ts';
import { firstInvocation } from './bench/first-invocation.ts';
import { httpPipeline } from './bench/http-pipeline.ts';
import { interactions } from './bench/interactions/interactions.ts';
import { KNOWN_MISSES } from './bench/known-misses.ts';
import { type Figure, report } from './bench/report.ts';
import { startStandIn } from './bench/server.ts';
import { verification } from './bench/verification.ts';

const DEFAULT_ROUNDS = 8;

const PARTS: readonly Part[] = [
  coldStarts,
  dashboard,
  verification,
  firstInvocation,
  batches,
  httpPipeline,
  interactions,
  cost,
];

const rounds = Number(process.env.BENCH_ROUNDS || DEFAULT_ROUNDS);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error('BENCH_ROUNDS must be a number of rounds');

// The part that counts operations runs the handlers in this process.
Object.assign(process.env, ENVIRONMENT);

const startedMs = performance.now();
const progress = (what: string) =>
  console.log(`${((performance.now() - startedMs) / 1_000).toFixed(0).padStart(4)} s  ${what}`);

await rm(BENCH_DIR, { recursive: true, force: true });
await mkdir(BENCH_DIR, { recursive: true });
const standIn = await startStandIn();
const keys = await serveBenchKeys();
const figures: Figure[] = [];
try {
  const certificate = join(BENCH_DIR, 'certificate.pem');
  await writeFile(certificate, standIn.certificate);
  const bench: Bench = {
    rounds,
    standIn,
    env: environmentAt(standIn, keys, certificate),
    progress,
  };
  for (const part of PARTS) figures.push(...(await part(bench)));
} finally {
  await keys.close();
  await standIn.stop();
}

const { text, passed } = report(figures, KNOWN_MISSES);
progress('done');
console.log(`\n${text}`);
await writeFile(join(BENCH_DIR, 'report.txt'), `${text}\n`);
process.exitCode = passed ? 0 : 1;
