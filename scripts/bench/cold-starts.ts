import { type Built, lineOf } from '#scripts/build.ts';
import { type Bench, exactly, type Part } from './bench.ts';
import { emptyBundle, productBundles } from './bundles.ts';
import { IN_LAMBDA } from './environment.ts';
import { GATES, gateOf, MAY_LOAD_UNNEEDED } from './gates.ts';
import { trial } from './process.ts';
import type { Figure } from './report.ts';
import { ratioOf, rounds } from './statistics.ts';

/** Node loads these modules for a careless import. They take 20 ms of a cold start, and no function needs them. */
const UNNEEDED = /undici|^NativeModule (internal\/)?(http2|inspector)\b/;

/** The size of the bundles, and the time until the handler is ready. */
export const coldStarts: Part = async (bench) => {
  bench.progress('bundles');
  const built = await productBundles();
  for (const one of built) console.log(`  ${lineOf(one)}`);
  return [...built.flatMap(sizes), ...(await startFunctions(built, bench))];
};

/** Without the parts that are loaded later. */
const sizes = ({ name, minified, entry }: Built): Figure[] => {
  const gates = gateOf(GATES.bundle, name);
  const figure = (unit: 'minified' | 'gzipped'): Figure => ({
    name: `bundle of ${name}, ${unit}`,
    unit: 'KB',
    value: exactly(entry[unit] / 1024),
    ...(gates && { gate: gates[unit] }),
    ...(minified > entry.minified && {
      note: `the entry; ${(minified / 1024).toFixed(0)} KB with the parts that load later`,
    }),
  });
  return [figure('minified'), figure('gzipped')];
};

const startFunctions = async (built: readonly Built[], bench: Bench): Promise<Figure[]> => {
  bench.progress('cold start of every function, against an empty one');
  const { env, rounds: count } = bench;
  const empty = await emptyBundle();
  const unneeded = new Map<string, number>();
  const start = async (name: string, bundle: string, more: Record<string, string>) => {
    const { readyMs, modules } = await trial(bundle, { env: { ...env, ...more } });
    unneeded.set(name, modules.filter((module) => UNNEEDED.test(module)).length);
    return readyMs;
  };
  const startAll = (rounded: number, more: Record<string, string> = {}) => {
    const sides: Record<string, () => Promise<number>> = {
      empty: () => start('empty', empty, more),
    };
    for (const { name, bundle } of built) sides[name] = () => start(name, bundle, more);
    return rounds(sides, { count: rounded });
  };
  // A cold start is short and near its gate. Therefore it gets more rounds than the other parts.
  const measured = await startAll(2 * count);
  const warmed = await startAll(Math.ceil(count / 2), IN_LAMBDA);
  return built.flatMap(({ name }): Figure[] => {
    const coldStartGate = gateOf(GATES.coldStart, name);
    return [
      {
        name: `modules that ${name} does not need`,
        unit: '',
        value: exactly(unneeded.get(name) ?? Number.NaN),
        ...(!MAY_LOAD_UNNEEDED.includes(name) && { gate: GATES.unneededModules }),
        note: 'undici, http2, inspector',
      },
      {
        name: `cold start of ${name}`,
        unit: '×',
        value: ratioOf(measured, name, 'empty'),
        ...(coldStartGate !== undefined && { gate: coldStartGate }),
        note: 'process start until the handler is ready / an empty handler',
      },
      {
        name: `cold start of ${name} with its warm-up`,
        unit: '×',
        value: ratioOf(warmed, name, 'empty'),
        note: 'the same, with the tasks of INIT',
      },
    ];
  });
};
