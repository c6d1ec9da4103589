/** The mutation run over `lib`: which mutants, with which tests, and the result of each. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Equivalent, withoutEquivalent } from './equivalent.ts';
import { importsOf } from './import-graph.ts';
import type { MutationJob, Result } from './job.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import type { MutationOutcome } from './report.ts';
import { killedIn, runMutationJob } from './run-job.ts';
import { sampled } from './sample.ts';
import { type NumberedMutant, withSwitches } from './switches.ts';

export interface CodeOptions {
  /** The scratch copy. */
  folder: string;
  deadlineMs: number;
  seed: number;
  /** Mutants per module at most. */
  perModule: (module: string) => number;
  /** Only this module, or this file. */
  module?: string | undefined;
  file?: string | undefined;
  equivalent: readonly Equivalent[];
}

export interface CodeRun {
  outcomes: MutationOutcome[];
  unmatched: Equivalent[];
  /** Tests that fail without a mutant. */
  red: string[];
}

/** Processes that run at once. */
const PROCESSES = 2;
/** Maximum test files for a mutant in code that runs while a module loads. */
const MAX_LOADS = 8;
const MAX_MS_PER_MUTANT = 3_000;
/** Whole test files are loaded, with tests that do not concern the mutant. */
const MAX_LOAD_MS_PER_MUTANT = 10_000;
const MAX_TESTS_PER_MUTANT = 60;

/** These tests simulate the whole engine, crash it at every call, or send thousands of requests. They take minutes. */
const SLOW_TESTS = new Set([
  'test/lib/engine/simulation.test.ts',
  'test/lib/engine/hanging-phone.test.ts',
  'test/lib/engine/crash-points.test.ts',
  'test/lib/schedules/fires/fire-crashes.test.ts',
  'test/lib/schedules/fires/fire-storm.test.ts',
  'test/lib/schedules/presence/presence-crashes.test.ts',
  'test/handlers/web-api/contract/fuzz.test.ts',
]);

export const mutateCode = async (options: CodeOptions): Promise<CodeRun> => {
  const { folder, deadlineMs } = options;
  const { mutants, unmatched } = chooseMutants(options);
  for (const [file, own] of groupBy(mutants, ({ file }) => file)) {
    const path = join(folder, file);
    writeFileSync(path, withSwitches(readFileSync(path, 'utf8'), own));
  }
  writeFileSync(join(folder, 'mutants.json'), JSON.stringify(mutants));

  const tests = testsOf(folder, new Set(mutants.map(({ file }) => file)));
  const parts = divideMutants(mutants);
  const ran = await Promise.all(
    parts.map((own, index) =>
      runPart(`part-${index}`, own, { mutants, tests, folder, deadlineMs }),
    ),
  );
  const results = ran.flat();
  const killed = killedIn(results);
  const reached = new Set(results.flatMap((result) => ('mutants' in result ? result.mutants : [])));
  const red = results.flatMap((result) =>
    result.type === 'red' ? [`${result.test}: ${result.failure.split('\n')[0]}`] : [],
  );
  return {
    unmatched,
    red: [...new Set(red)].map((test) => test.replaceAll(`${folder}/`, '')),
    outcomes: mutants.map((mutant) => ({
      ...mutant,
      module: moduleOf(mutant.file),
      killedBy: killed.get(mutant.id)?.replaceAll(`${folder}/`, ''),
      isReached: reached.has(mutant.id),
    })),
  };
};

const chooseMutants = ({ folder, module, file, equivalent, seed, perModule }: CodeOptions) => {
  const all: Mutant[] = [];
  for (const path of globSync('lib/**/*.ts', { cwd: folder }).sort()) {
    if (module !== undefined && moduleOf(path) !== module) continue;
    if (file !== undefined && path !== file) continue;
    all.push(...mutantsOf(path, readFileSync(join(folder, path), 'utf8')));
  }
  const own = equivalent.filter((entry) =>
    file === undefined
      ? module === undefined || moduleOf(entry.file) === module
      : entry.file === file,
  );
  if (all.length === 0) throw new Error(`there is no code in lib: ${file ?? module ?? ''}`);
  const { mutants, unmatched } = withoutEquivalent(all, own.filter(isOfCode));
  const sample = [...groupBy(mutants, (one) => moduleOf(one.file))].flatMap(([name, ones]) =>
    sampled(ones, file === undefined ? perModule(name) : ones.length, seed),
  );
  return { mutants: sample.map((mutant, index) => ({ ...mutant, id: index + 1 })), unmatched };
};

const isOfCode = ({ file }: Equivalent) => file.startsWith('lib/');

interface Shared {
  mutants: readonly NumberedMutant[];
  /** The test files, each with the mutated files that it imports. */
  tests: readonly TestFile[];
  folder: string;
  deadlineMs: number;
}

interface TestFile {
  path: string;
  reaches: ReadonlySet<string>;
}

const runPart = async (
  name: string,
  own: readonly NumberedMutant[],
  { mutants, tests, folder, deadlineMs }: Shared,
): Promise<Result[]> => {
  if (own.length === 0) return [];
  const ids = new Set(own.map(({ id }) => id));
  const others = mutants.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
  const files = new Set(own.map(({ file }) => file));
  const modules = new Set([...files].map(moduleOf));
  const near = tests
    .filter(({ reaches }) => [...files].some((file) => reaches.has(file)))
    .map((test) => ({
      ...test,
      far: Math.min(...[...files].map((file) => distance(test.path, file))),
    }))
    // Tests with the name of a mutated file and tests of little code are usually fast. They kill most mutants before the
    // slow ones run.
    .toSorted(
      (a, b) =>
        rank(a.path, modules) - rank(b.path, modules) ||
        a.far - b.far ||
        a.reaches.size - b.reaches.size,
    );
  const base = {
    ...{ deadlineMs, unreliable: [], reaches: {} },
    ...{ maxMsPerMutant: MAX_MS_PER_MUTANT, maxTestsPerMutant: MAX_TESTS_PER_MUTANT },
  };
  const reaches = Object.fromEntries(
    near.map(({ path, reaches }) => [
      join(folder, path),
      own.filter(({ file }) => reaches.has(file)).map(({ id }) => id),
    ]),
  );
  const totalMs = deadlineMs - Date.now();
  const until = (share: number) => deadlineMs - (1 - share) * totalMs;
  const pathsOf = (some: readonly TestFile[]) => some.map(({ path }) => join(folder, path));
  const isOwn = ({ path }: TestFile) => rank(path, modules) === 0;
  const doneIn = (results: readonly Result[]) => [...others, ...killedIn(results).keys()];

  const first = await runMutationJob(folder, name, {
    ...{ ...base, deadlineMs: until(0.5), done: others, loads: {}, reaches },
    files: pathsOf(near.filter(isOwn)),
  });
  const loads = loadsOf(first, { own, tests: near, folder, name });
  const second = await runMutationJob(folder, `${name}-load`, {
    ...{ ...base, deadlineMs: until(0.8), done: doneIn(first), loads, files: Object.keys(loads) },
    maxMsPerMutant: MAX_LOAD_MS_PER_MUTANT,
    unreliable: first.flatMap((result) => (result.type === 'red' ? [result.test] : [])),
  });
  // Most survivors are known by now; the tests of other modules can only kill some of them.
  const third = await runMutationJob(folder, `${name}-rest`, {
    ...{ ...base, done: doneIn([...first, ...second]), loads: {}, reaches },
    files: pathsOf(near.filter((test) => !isOwn(test))),
  });
  return [...first, ...second, ...third];
};

/** The tests of the mutated modules come first, then those of the rest of `lib`, then those of the functions. */
const rank = (test: string, modules: ReadonlySet<string>): number => {
  if (!test.startsWith('test/lib/')) return 2;
  return modules.has(test.split('/')[2] ?? '') ? 0 : 1;
};

/**
 * Generated test files for mutants in code that runs while a module loads, and for tests that pass only once per process.
 * Each loads a test file and all of `lib` again while the mutant is active.
 */
const loadsOf = (
  results: readonly Result[],
  { own, tests, folder, name }: LoadOptions,
): Record<string, Load> => {
  const killed = killedIn(results);
  const found: { turn: number; path: string; load: Load }[] = [];
  const generated = join(folder, 'test/generated');
  mkdirSync(generated, { recursive: true });
  const usersOf = usersIn(folder);
  for (const { id, file, within } of own) {
    if (killed.has(id)) continue;
    const about = results.filter((result) => 'mutants' in result && result.mutants.includes(id));
    if (!about.some(({ type }) => type === 'loaded' || type === 'once')) continue;
    const reaching = tests.filter(({ reaches }) => reaches.has(file)).map(({ path }) => path);
    const near = nearestTests(reaching, [file, ...usersOf(file, within)]);
    for (const [turn, test] of near.entries()) {
      const path = join(generated, `${name}-${id}-${turn}.test.ts`);
      writeFileSync(path, '');
      found.push({ turn, path, load: { test: join(folder, test), mutant: id } });
    }
  }
  // The nearest test of every mutant first: it kills most of them, and their other loads are skipped.
  const inTurn = found.toSorted((a, b) => a.turn - b.turn);
  return Object.fromEntries(inTurn.map(({ path, load }) => [path, load]));
};

type Load = MutationJob['loads'][string];

interface LoadOptions {
  own: readonly NumberedMutant[];
  tests: readonly TestFile[];
  folder: string;
  name: string;
}

/** The nearest test of each source file, then the second nearest of each, and so on. */
const nearestTests = (tests: readonly string[], sources: readonly string[]): string[] => {
  const queues = sources.map((source) =>
    tests.toSorted((a, b) => distance(a, source) - distance(b, source)),
  );
  const inTurn = tests.flatMap((_, index) => queues.flatMap((queue) => queue[index] ?? []));
  return [...new Set(inTurn)].slice(0, MAX_LOADS);
};

/** The files of `lib` that contain the name of an exported constant, because their tests notice its change first. */
const usersIn = (folder: string): ((source: string, name: string) => string[]) => {
  const texts = globSync('lib/**/*.ts', { cwd: folder }).map((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return { file, text, words: new Set(text.match(/\w+/g)) };
  });
  return (source, name) => {
    const isExported = texts.some(
      ({ file, text }) => file === source && text.includes(`export const ${name}`),
    );
    return isExported ? texts.filter(({ words }) => words.has(name)).map(({ file }) => file) : [];
  };
};

/** How far a test file is from a source file: 0 for the test of the same name. */
export const distance = (test: string, source: string): number => {
  const at = test.replace(/^test\//, '').replace(/\.test\.ts$/, '.ts');
  if (at === source) return 0;
  const [a, b] = [dirname(at).split('/'), dirname(source).split('/')];
  let common = 0;
  while (common < a.length && a[common] === b[common]) common += 1;
  const isNamed = basename(at, '.ts').includes(basename(source, '.ts'));
  return 1 + a.length + b.length - 2 * common - (isNamed ? 0.5 : 0);
};

const testsOf = (folder: string, mutated: ReadonlySet<string>): TestFile[] => {
  const importsIn = importsOf(folder);
  return globSync('test/{lib,handlers,middleware}/**/*.test.ts', { cwd: folder })
    .filter((path) => !SLOW_TESTS.has(path))
    .sort()
    .map((path) => ({ path, reaches: importsIn(path) }))
    .filter(({ reaches }) => [...mutated].some((file) => reaches.has(file)));
};

/** Divides the mutants by module, or those of one module by file, into parts of similar size, one part per process. */
const divideMutants = (mutants: readonly NumberedMutant[]): NumberedMutant[][] => {
  const parts = Array.from({ length: PROCESSES }, (): NumberedMutant[] => []);
  const modules = [...groupBy(mutants, ({ file }) => moduleOf(file)).values()];
  const files = [...groupBy(mutants, ({ file }) => file).values()];
  const groups = modules.length < PROCESSES ? files : modules;
  for (const own of groups.toSorted((a, b) => b.length - a.length)) {
    parts.toSorted((a, b) => a.length - b.length)[0]?.push(...own);
  }
  return parts;
};

export const moduleOf = (file: string): string => file.split('/')[1] ?? '';

const groupBy = <Kind>(all: readonly Kind[], keyOf: (one: Kind) => string): Map<string, Kind[]> => {
  const groups = new Map<string, Kind[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
};
