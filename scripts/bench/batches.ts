import { join } from 'node:path';
import type { Part } from './bench.ts';
import { BENCH_DIR, leanBundle } from './bundles.ts';
import { IN_LAMBDA } from './environment.ts';
import { eventOf } from './events.ts';
import { trial } from './process.ts';
import { quantile, ratioOf, rounds } from './statistics.ts';

const RECORDS = 10;
/** Batches until the code is compiled, then those that count; fewer where waiting is what counts. */
const COMPUTING = { warming: 60, counted: 20 };
const WAITING = { warming: 4, counted: 4 };
const INJECTED_MS = 80;

/** What a worker costs beside its calls, and whether a batch waits for its messages side by side. */
export const batches: Part = async ({ env, rounds: count, standIn, progress }) => {
  progress('CPU of a batch worker per message, against a bare loop');
  const byHand = await leanBundle('scripts/bench/by-hand/processor.ts');
  const product = join(BENCH_DIR, 'product', 'processor', 'index.mjs');
  const invoked = async (
    bundle: string,
    records: number,
    { warming, counted }: typeof COMPUTING,
  ) => {
    const events = Array.from({ length: warming + counted }, () => eventOf('processor', records));
    const { cpuUs, wallMs } = await trial(bundle, { env: { ...env, ...IN_LAMBDA }, events });
    return {
      cpuUs: quantile(cpuUs.slice(warming), 0.5) / records,
      wallMs: quantile(wallMs.slice(warming), 0.5),
    };
  };
  const perMessage = await rounds(
    {
      ours: async () => (await invoked(product, RECORDS, COMPUTING)).cpuUs,
      byHand: async () => (await invoked(byHand, RECORDS, COMPUTING)).cpuUs,
    },
    { count: Math.ceil(count / 2) },
  );

  progress(`a batch of ${RECORDS} that waits ${INJECTED_MS} ms per call, against one message`);
  standIn.delayAll(INJECTED_MS);
  const waiting = await rounds(
    {
      batch: async () => (await invoked(product, RECORDS, WAITING)).wallMs,
      one: async () => (await invoked(product, 1, WAITING)).wallMs,
    },
    { count: Math.ceil(count / 4) },
  );
  standIn.delayAll(0);

  return [
    {
      name: 'CPU of processor per message',
      unit: '×',
      value: ratioOf(perMessage, 'ours', 'byHand'),
      gate: 1.05,
      note: `in batches of ${RECORDS} / a bare loop with the same clients`,
    },
    {
      name: `batch of ${RECORDS} with ${INJECTED_MS} ms of I/O per call`,
      unit: '×',
      value: ratioOf(waiting, 'batch', 'one'),
      gate: 1.15,
      note: 'wall / one message',
    },
  ];
};
