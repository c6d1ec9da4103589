import { type Built, lineOf } from '#scripts/build.ts';
import { type Bench, exactly, type Part } from './bench.ts';
import { emptyBundle, productBundles } from './bundles.ts';
import { IN_LAMBDA } from './environment.ts';
import type { Figure } from './gates.ts';
import { trial } from './process.ts';
import { ratioOf, rounds } from './statistics.ts';

const WORKER = { minified: 330, gzipped: 100, ready: 2.6 };
const GATES: Readonly<Record<string, Partial<typeof WORKER>>> = {
  processor: WORKER,
  notification: WORKER,
  scheduler: WORKER,
  sweeper: { minified: WORKER.minified, gzipped: WORKER.gzipped },
  'web-api': { minified: 260, gzipped: 75, ready: 2.7 },
  authorizer: { minified: 25, gzipped: 9, ready: 1.1 },
};

/** Node loads these when it is asked clumsily for others; no function uses them. */
const UNNEEDED = /undici|^NativeModule (internal\/)?(http2|inspector)\b/;

/** How large the bundles are, and how long they take until their handler is there. */
export const starting: Part = async (bench) => {
  bench.progress('bundles');
  const built = await productBundles();
  for (const one of built) console.log(`  ${lineOf(one)}`);
  return [...built.flatMap(sizes), ...(await loading(built, bench))];
};

/** What is loaded with the entry counts; parts come later. */
const sizes = ({ name, minified, entry }: Built): Figure[] => {
  const figure = (unit: string, bytes: number, gate: { gate?: number }): Figure => ({
    name: `bundle of ${name}, ${unit}`,
    unit: 'KB',
    value: exactly(bytes / 1024),
    ...gate,
    ...(minified > entry.minified
      ? { note: `at once; ${(minified / 1024).toFixed(0)} KB with its parts` }
      : {}),
  });
  return [
    figure('minified', entry.minified, gateOf(name, 'minified')),
    figure('gzip', entry.gzipped, gateOf(name, 'gzipped')),
  ];
};

const gateOf = (name: string, what: keyof typeof WORKER): { gate?: number } => {
  const gate = GATES[name]?.[what];
  return gate === undefined ? {} : { gate };
};

const loading = async (built: readonly Built[], bench: Bench): Promise<Figure[]> => {
  bench.progress('start of every function, against an empty one');
  const { env, rounds: count } = bench;
  const empty = await emptyBundle();
  const unneeded = new Map<string, number>();
  const start = async (name: string, bundle: string, more: Record<string, string>) => {
    const { readyMs, modules } = await trial(bundle, { env: { ...env, ...more } });
    unneeded.set(name, modules.filter((module) => UNNEEDED.test(module)).length);
    return readyMs;
  };
  const started = (rounded: number, more: Record<string, string> = {}) => {
    const sides: Record<string, () => Promise<number>> = {
      empty: () => start('empty', empty, more),
    };
    for (const { name, bundle } of built) sides[name] = () => start(name, bundle, more);
    return rounds(sides, { count: rounded });
  };
  // Short and close to its gate: more rounds than the rest.
  const measured = await started(2 * count);
  const warmed = await started(Math.ceil(count / 2), IN_LAMBDA);
  return built.flatMap(({ name }): Figure[] => [
    {
      name: `modules that ${name} does not need`,
      unit: '',
      value: exactly(unneeded.get(name) ?? Number.NaN),
      gate: 0,
      note: 'undici, http2, inspector',
    },
    {
      name: `start of ${name}`,
      unit: '×',
      value: ratioOf(measured, name, 'empty'),
      ...gateOf(name, 'ready'),
      note: 'process start until the handler is there / an empty handler',
    },
    {
      name: `start of ${name}, warmed up`,
      unit: '×',
      value: ratioOf(warmed, name, 'empty'),
      note: 'the same with what it does in INIT',
    },
  ]);
};
