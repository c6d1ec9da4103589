import { eventOf } from './events.ts';
import { type Running, start } from './process.ts';
import { quantile, type Round, shuffled } from './statistics.ts';

/** Batches until the code is compiled, then those that count. */
const WARMING = 60;
const COUNTED = 60;
/** Batches of one side until it is the next one's turn. */
const TURN = 4;

interface ByTurnsOptions {
  env: Readonly<Record<string, string>>;
  /** Messages in a batch. */
  records: number;
  /** Rounds that count; each has new processes. */
  count: number;
}

/**
 * CPU per message of bundles of the processor that take turns, a few batches each: CPU costs more while others use the
 * machine, so both sides have to meet the same moments. Microseconds; the first round does not count.
 */
export const cpuByTurns = async <Name extends string>(
  bundles: Readonly<Record<Name, string>>,
  { env, records, count }: ByTurnsOptions,
): Promise<Round<Name>[]> => {
  const names = Object.keys(bundles) as Name[];
  const batches = (size: number) =>
    Array.from({ length: size }, () => eventOf('processor', records));
  const kept: Round<Name>[] = [];
  for (let round = 0; round <= count; round += 1) {
    const sides: { name: Name; running: Running; cpuUs: number[] }[] = [];
    for (const name of shuffled(names)) {
      const running = await start(bundles[name], env);
      await running.invoke(batches(WARMING));
      sides.push({ name, running, cpuUs: [] });
    }
    for (let counted = 0; counted < COUNTED; counted += TURN) {
      for (const { running, cpuUs } of shuffled(sides)) {
        cpuUs.push(...(await running.invoke(batches(TURN))).cpuUs);
      }
    }
    const measured = {} as Record<Name, number>;
    for (const { name, running, cpuUs } of sides) {
      await running.end();
      measured[name] = quantile(cpuUs, 0.5) / records;
    }
    if (round > 0) kept.push(measured);
  }
  return kept;
};
