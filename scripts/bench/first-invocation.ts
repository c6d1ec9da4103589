import { join } from 'node:path';
import type { Bench, Part } from './bench.ts';
import { BENCH_DIR, defaultBundle, leanBundle } from './bundles.ts';
import { IN_LAMBDA } from './environment.ts';
import { eventOf } from './events.ts';
import type { Figure } from './gates.ts';
import { type Trial, type TrialOptions, trial } from './process.ts';
import { openQuota } from './quota.ts';
import { quantile, ratioOf, rounds, summaryOf } from './statistics.ts';

/** Functions whose work there is by hand, in `by-hand/`. */
const BY_HAND = ['processor', 'web-api'] as const;
const INVOKED = ['processor', 'notification', 'scheduler', 'web-api'] as const;
const MEMORY_MB = 512;
/** Invocations until one is as fast as the others. Count. */
const SETTLED = 25;
/** Then those that count. */
const STEADY = 15;

/** What somebody waits for who meets a function that is not there yet. */
export const firstInvocation: Part = async (bench) => [
  ...(await againstByHand(bench)),
  ...(await underQuota(bench)),
  ...(await againstSteady(bench)),
];

const product = (name: string) => join(BENCH_DIR, 'product', name, 'index.mjs');

/** Loading and the first invocation. Milliseconds. */
const cold = async (bundle: string, name: string, options: TrialOptions): Promise<number> => {
  const { importMs, wallMs } = await trial(bundle, { ...options, events: [eventOf(name)] });
  return importMs + (wallMs[0] ?? Number.NaN);
};

const againstByHand = async ({ env, rounds: count, progress }: Bench): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const name of BY_HAND) {
    progress(`import and first invocation of ${name}, against the same work by hand`);
    const byHand = await leanBundle(`scripts/bench/by-hand/${name}.ts`);
    const measured = await rounds(
      {
        ours: () => cold(product(name), name, { env }),
        warming: () => cold(product(name), name, { env: { ...env, ...IN_LAMBDA } }),
        byHand: () => cold(byHand, name, { env }),
      },
      { count },
    );
    figures.push(
      {
        name: `import and first of ${name}`,
        unit: '×',
        value: ratioOf(measured, 'ours', 'byHand'),
        gate: 1.1,
        note: 'over TLS / the same calls by hand with the same SDK clients',
      },
      {
        name: `import and first of ${name}, warmed up`,
        unit: '×',
        value: ratioOf(measured, 'warming', 'byHand'),
        note: 'the same with what it does in INIT',
      },
    );
  }
  return figures;
};

const underQuota = async ({ env, rounds, progress }: Bench): Promise<Figure[]> => {
  const quota = await openQuota(MEMORY_MB);
  const figure = (name: string) => ({
    name: `init and first of ${name} at ${MEMORY_MB} MB`,
    unit: '×' as const,
    gate: 0.3,
  });
  if ('reason' in quota) return BY_HAND.map((name) => ({ ...figure(name), note: quota.reason }));
  try {
    const figures: Figure[] = [];
    for (const name of BY_HAND) {
      progress(
        `init and first invocation of ${name} at ${MEMORY_MB} MB, against esbuild's defaults`,
      );
      const measured = await quotaRounds(name, { env, count: rounds, enter: quota.enter });
      const note = 'INIT at full speed, then throttled / esbuild defaults without warm-up';
      figures.push(
        { ...figure(name), value: ratioOf(measured, 'ours', 'defaults'), note },
        {
          name: `${figure(name).name}, by hand`,
          unit: '×',
          value: ratioOf(measured, 'byHand', 'defaults'),
          note: 'by hand, after a whole invocation with all its effects in INIT / the same',
        },
      );
    }
    return figures;
  } finally {
    await quota.close();
  }
};

const quotaRounds = async (
  name: string,
  {
    env,
    count,
    enter,
  }: Pick<Bench, 'env'> & { count: number; enter: (pid: number) => Promise<void> },
) => {
  const [defaults, byHand] = await Promise.all([defaultBundle(name), rehearsedByHand(name)]);
  return rounds(
    {
      ours: () => cold(product(name), name, { env: { ...env, ...IN_LAMBDA }, beforeFirst: enter }),
      byHand: () => cold(byHand, name, { env, beforeFirst: enter }),
      defaults: () => cold(defaults, name, { env, beforeFirst: enter }),
    },
    { count },
  );
};

/** The work by hand that has done in INIT what no function may: a whole invocation. Nothing warms up more than that. */
const rehearsedByHand = (name: string): Promise<string> =>
  leanBundle({
    name: `rehearsed-${name}`,
    contents: `
      import { handler } from './scripts/bench/by-hand/${name}.ts';
      const context = { awsRequestId: 'rehearsal', getRemainingTimeInMillis: () => 60_000 };
      await handler(${JSON.stringify(eventOf(name))}, context);
      export { handler };`,
  });

const againstSteady = async ({ env, rounds, progress }: Bench): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const name of INVOKED) {
    progress(`first invocation of ${name} after INIT, against a steady one`);
    const ratios: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const events = Array.from({ length: SETTLED + STEADY }, () => eventOf(name));
      const measured = await trial(product(name), { env: { ...env, ...IN_LAMBDA }, events });
      if (round > 0) ratios.push(firstToSteady(measured));
    }
    figures.push({
      name: `first of ${name} after INIT`,
      unit: '×',
      value: summaryOf(ratios),
      gate: 3,
      note: `/ the median of ${STEADY} after ${SETTLED}`,
    });
  }
  return figures;
};

const firstToSteady = ({ wallMs: [first = Number.NaN, ...later] }: Trial): number =>
  first / quantile(later.slice(SETTLED - 1), 0.5);
