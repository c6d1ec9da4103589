import { join } from 'node:path';
import type { Part } from './bench.ts';
import { BENCH_DIR, leanBundle } from './bundles.ts';
import { cpuByTurns } from './by-turns.ts';
import { IN_LAMBDA } from './environment.ts';
import { eventOf } from './events.ts';
import { trial } from './process.ts';
import { quantile, ratioOf, rounds } from './statistics.ts';

const RECORDS = 10;
/** Batches until the connections stand, then those that count. */
const WARMING = 4;
const COUNTED = 4;
const INJECTED_MS = 80;

/** What a worker costs beside its calls, and whether a batch waits for its messages side by side. */
export const batches: Part = async ({ env, rounds: count, standIn, progress }) => {
  progress('CPU of a batch worker per message, against a bare loop');
  const byHand = await leanBundle('scripts/bench/by-hand/processor.ts');
  const product = join(BENCH_DIR, 'product', 'processor', 'index.mjs');
  const workerEnv = { ...env, ...IN_LAMBDA };
  const perMessage = await cpuByTurns(
    { ours: product, byHand },
    { env: workerEnv, records: RECORDS, count: Math.ceil(count / 2) },
  );

  progress(`a batch of ${RECORDS} that waits ${INJECTED_MS} ms per call, against one message`);
  standIn.delayAll(INJECTED_MS);
  const wallMs = async (records: number) => {
    const events = Array.from({ length: WARMING + COUNTED }, () => eventOf('processor', records));
    const measured = await trial(product, { env: workerEnv, events });
    return quantile(measured.wallMs.slice(WARMING), 0.5);
  };
  const waiting = await rounds(
    {
      batch: () => wallMs(RECORDS),
      one: () => wallMs(1),
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
