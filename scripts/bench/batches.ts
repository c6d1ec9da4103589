import { join } from 'node:path';
import type { Part } from './bench.ts';
import { BENCH_DIR, leanBundle } from './bundles.ts';
import { cpuByTurns } from './by-turns.ts';
import { IN_LAMBDA } from './environment.ts';
import { eventOf } from './events.ts';
import { GATES } from './gates.ts';
import { trial } from './process.ts';
import { quantile, ratioOf, rounds, summaryOf } from './statistics.ts';

const RECORDS = 10;
/** Batches that open the connections, then those that are measured. */
const WARMING = 4;
const MEASURED = 4;
const INJECTED_MS = 80;

/** The CPU time of a worker per message, and whether a batch waits for its messages in parallel. */
export const batches: Part = async ({ env, rounds: count, standIn, progress }) => {
  progress('CPU of the processor per message, and of its AWS calls alone');
  const bare = await leanBundle('scripts/bench/bare-worker.ts');
  const product = join(BENCH_DIR, 'product', 'processor', 'index.mjs');
  const workerEnv = { ...env, ...IN_LAMBDA };
  const perMessage = await cpuByTurns(
    { ours: product, bare },
    { env: workerEnv, records: RECORDS, count: Math.ceil(count / 2) },
  );

  progress(`a batch of ${RECORDS} that waits ${INJECTED_MS} ms per call, against one message`);
  standIn.delayAll(INJECTED_MS);
  const wallMs = async (records: number) => {
    const events = Array.from({ length: WARMING + MEASURED }, () => eventOf('processor', records));
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

  const note = `in batches of ${RECORDS}`;
  return [
    {
      name: 'CPU of processor per message',
      unit: 'µs',
      value: summaryOf(perMessage.map(({ ours }) => ours)),
      note,
    },
    {
      name: '  against its AWS calls alone',
      unit: '×',
      value: ratioOf(perMessage, 'ours', 'bare'),
      note,
    },
    {
      name: `batch of ${RECORDS} with ${INJECTED_MS} ms of I/O per call`,
      unit: '×',
      value: ratioOf(waiting, 'batch', 'one'),
      gate: GATES.batchOfTen,
      note: 'wall / one message',
    },
  ];
};
