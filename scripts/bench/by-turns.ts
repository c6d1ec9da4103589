import { eventOf } from './events.ts';
import { type RunningBundle, start } from './process.ts';
import { quantile, type Round, shuffled } from './statistics.ts';

/** Batches until the code is compiled, then those that are measured. */
const WARMING = 60;
const MEASURED = 60;
/** Batches in one turn of a side. */
const TURN = 4;

interface ByTurnsOptions {
  env: Readonly<Record<string, string>>;
  /** Messages in a batch. */
  records: number;
  /** Rounds without the first. Each has new processes. */
  count: number;
}

/**
 * The CPU time per message of several workers. They take turns, a few batches each, because CPU time grows while other
 * processes use the machine. Microseconds.
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
    const sides: { name: Name; running: RunningBundle; cpuUs: number[] }[] = [];
    for (const name of shuffled(names)) {
      const running = await start(bundles[name], env);
      await running.invoke(batches(WARMING));
      sides.push({ name, running, cpuUs: [] });
    }
    for (let done = 0; done < MEASURED; done += TURN) {
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
