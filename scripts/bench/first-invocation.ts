import { join } from 'node:path';
import type { Bench, Part } from './bench.ts';
import { BENCH_DIR, defaultBundle } from './bundles.ts';
import { IN_LAMBDA } from './environment.ts';
import { eventOf } from './events.ts';
import { GATES } from './gates.ts';
import { type Trial, type TrialOptions, trial } from './process.ts';
import { openQuota } from './quota.ts';
import type { Figure } from './report.ts';
import { quantile, ratioOf, rounds, summaryOf } from './statistics.ts';

const INVOKED = ['processor', 'notification', 'scheduler', 'web-action', 'web-api'] as const;
const MEMORY_MB = 512;
/** Invocations until the code is compiled and the time per invocation is steady, then those that are measured. */
const WARMING = 25;
const MEASURED = 15;

/** The first invocation of a new instance: how long its caller waits. */
export const firstInvocation: Part = async (bench) => [
  ...(await underQuota(bench)),
  ...(await againstSteady(bench)),
];

const product = (name: string) => join(BENCH_DIR, 'product', name, 'index.mjs');

/** Import, with INIT, and first invocation. Milliseconds. */
const initAndFirst = async (
  bundle: string,
  name: string,
  options: TrialOptions,
): Promise<number> => {
  const { importMs, wallMs } = await trial(bundle, { ...options, events: [eventOf(name)] });
  return importMs + (wallMs[0] ?? Number.NaN);
};

const underQuota = async ({ env, rounds: count, progress }: Bench): Promise<Figure[]> => {
  const figures = Object.entries(GATES.initAndFirst).map(([name, gate]) => ({
    name,
    figure: {
      name: `init and first of ${name} at ${MEMORY_MB} MB`,
      unit: '×' as const,
      gate,
      note: "INIT at full speed, then throttled / esbuild's defaults without warm-up",
    },
  }));
  const quota = await openQuota(MEMORY_MB);
  if ('reason' in quota) return figures.map(({ figure }) => ({ ...figure, note: quota.reason }));
  try {
    const measured: Figure[] = [];
    for (const { name, figure } of figures) {
      progress(
        `init and first invocation of ${name} at ${MEMORY_MB} MB, against esbuild's defaults`,
      );
      const defaults = await defaultBundle(name);
      const options = { env, beforeFirst: quota.enter };
      const warmed = { ...options, env: { ...env, ...IN_LAMBDA } };
      const sides = {
        ours: () => initAndFirst(product(name), name, warmed),
        defaults: () => initAndFirst(defaults, name, options),
      };
      const value = ratioOf(await rounds(sides, { count }), 'ours', 'defaults');
      measured.push({ ...figure, value });
    }
    return measured;
  } finally {
    await quota.close();
  }
};

const againstSteady = async ({ env, rounds, progress }: Bench): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const name of INVOKED) {
    progress(`first invocation of ${name} after INIT, against a steady one`);
    const ratios: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const events = Array.from({ length: WARMING + MEASURED }, () => eventOf(name));
      const measured = await trial(product(name), { env: { ...env, ...IN_LAMBDA }, events });
      if (round > 0) ratios.push(firstToSteady(measured));
    }
    figures.push({
      name: `first of ${name} after INIT`,
      unit: '×',
      value: summaryOf(ratios),
      gate: GATES.firstAfterInit,
      note: `/ the median of ${MEASURED} after ${WARMING}`,
    });
  }
  return figures;
};

const firstToSteady = ({ wallMs: [first = Number.NaN, ...later] }: Trial): number =>
  first / quantile(later.slice(WARMING - 1), 0.5);
