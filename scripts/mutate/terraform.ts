/** The mutation run over `terraform`: each mutant with the tests that read the files, then with those of its folder. */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { type Equivalent, withoutEquivalent } from './equivalent.ts';
import { hclMutantsOf, isOfValue } from './hcl-mutants.ts';
import type { Mutant } from './mutants.ts';
import type { MutationOutcome } from './report.ts';
import { type BoundedRun, runBounded } from './run-bounded.ts';
import { sampled } from './sample.ts';

export interface TerraformOptions {
  /** Scratch copies, one for each process that runs at once. */
  folders: readonly string[];
  deadlineMs: number;
  seed: number;
  count: number;
  file?: string | undefined;
  /** A folder such as `terraform/modules/queue` or `terraform/envs`: its numbers, booleans and fixed values. */
  valuesOf?: string | undefined;
  equivalent: readonly Equivalent[];
  /** Runs a command in a scratch copy. */
  run?: typeof runBounded;
}

export interface TerraformRun {
  outcomes: MutationOutcome[];
  unmatched: Equivalent[];
  red: string[];
}

/** Tests that read the files without Terraform. */
const READING_TESTS = ['environment', 'layout', 'permissions', 'queues', 'routes'].map(
  (name) => `test/terraform/${name}.test.ts`,
);
/** The output of Terraform when a test fails, but not when it rejects the file. */
const TEST_FAILED = /Test assertion failed|Missing expected failure|Invalid value for variable/;
const MAX_RUN_MS = 600_000;

export const mutateTerraform = async (options: TerraformOptions): Promise<TerraformRun> => {
  const { folders, deadlineMs, valuesOf, run = runBounded } = options;
  const inFolder = commandRunner(run, deadlineMs);
  const { mutants, unmatched } = chooseMutants(options);
  const red = mutants.length === 0 ? [] : await redTests(folders[0] ?? '', inFolder);
  const outcomes: MutationOutcome[] = [];
  if (red.length === 0) {
    await Promise.all(
      folders.map(async (folder) => {
        for (let mutant = mutants.shift(); mutant !== undefined; mutant = mutants.shift()) {
          const killedBy = await killerOfEither(mutant, folder, inFolder);
          if (killedBy === REJECTED) continue;
          // A value must be detected, so one that no test could run is a survivor.
          if (killedBy === TIME_OVER && valuesOf === undefined) continue;
          const module = valuesOf ?? 'terraform';
          const isReached = killedBy !== TIME_OVER;
          outcomes.push({
            ...mutant,
            module,
            killedBy: isReached ? killedBy : undefined,
            isReached,
          });
        }
      }),
    );
  }
  return { outcomes, unmatched, red };
};

const chooseMutants = (options: TerraformOptions) => {
  const { folders, file, valuesOf, equivalent, seed, count } = options;
  const [folder = ''] = folders;
  const isChosen = (path: string) =>
    (file === undefined || path === file) &&
    (valuesOf === undefined || path.startsWith(`${valuesOf}/`));
  const all = globSync('terraform/{bootstrap/*,modules/*/*,envs/*/*}.tf', { cwd: folder })
    .filter(isChosen)
    .sort()
    .flatMap((path) => hclMutantsOf(path, readFileSync(join(folder, path), 'utf8')))
    .filter((mutant) => valuesOf === undefined || isOfValue(mutant));
  const own = equivalent.filter(
    (entry) =>
      entry.file.startsWith('terraform/') &&
      isChosen(entry.file) &&
      (valuesOf === undefined || isOfValue(entry)),
  );
  const { mutants, unmatched } = withoutEquivalent(all, own);
  return { mutants: sampled(mutants, count, seed), unmatched };
};

/** Terraform rejects the file, so it can never be deployed. The mutant is not counted. */
const REJECTED = 'rejected';
const TIME_OVER = 'time over';

/** As `killerOf`. A number at the maximum that AWS allows is lowered instead of raised. */
const killerOfEither = async (mutant: Mutant, folder: string, inFolder: InFolder) => {
  const killedBy = await killerOf(mutant, folder, inFolder);
  if (killedBy !== REJECTED || !/^[1-9]/.test(mutant.original)) return killedBy;
  const replacement = String(Number(mutant.original) - 1);
  return killerOf({ ...mutant, replacement }, folder, inFolder);
};

/** The test that detected the mutant; `undefined` if it survived. */
const killerOf = async (
  mutant: Mutant,
  folder: string,
  inFolder: InFolder,
): Promise<string | undefined> => {
  const path = join(folder, mutant.file);
  const source = readFileSync(path, 'utf8');
  const changed = source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end);
  writeFileSync(path, changed);
  try {
    const reading = await inFolder(folder, [...VITEST, ...READING_TESTS]);
    if (reading.isAborted) return TIME_OVER;
    if (reading.code !== 0) return 'test/terraform';
    const own = relative('terraform', dirname(mutant.file));
    const named = join('tests', `${basename(mutant.file, '.tf')}.tftest.hcl`);
    // The tests of a large module take minutes, and most mutants fail in the file of the same name.
    if (existsSync(join(dirname(path), named))) {
      const first = ['env', `TEST_FILE=${named}`, 'scripts/terraform.sh', 'test', own];
      const { code, output } = await inFolder(folder, first);
      if (code !== 0 && TEST_FAILED.test(output)) return `${named} of ${own}`;
    }
    const tested = await inFolder(folder, ['scripts/terraform.sh', 'test', own]);
    if (tested.isAborted) return TIME_OVER;
    if (tested.code === 0) return undefined;
    if (TEST_FAILED.test(tested.output)) return `terraform test of ${own}`;
    const valid = await inFolder(folder, ['scripts/terraform.sh', own, 'validate']);
    return valid.code === 0 ? `terraform plan of ${own}` : REJECTED;
  } finally {
    writeFileSync(path, source);
  }
};

const VITEST = 'node_modules/.bin/vitest run --config test/vitest.config.ts --bail 1'.split(' ');

type InFolder = (folder: string, command: readonly string[]) => Promise<BoundedRun>;

const commandRunner =
  (run: typeof runBounded, deadlineMs: number): InFolder =>
  (folder, command) => {
    const limitMs = Math.max(1, Math.min(MAX_RUN_MS, deadlineMs - Date.now()));
    return run(command, { cwd: folder, signal: AbortSignal.timeout(limitMs) });
  };

const redTests = async (folder: string, inFolder: InFolder): Promise<string[]> => {
  const { code, output } = await inFolder(folder, [...VITEST, ...READING_TESTS]);
  return code === 0 ? [] : [`${basename(folder)}: ${output.slice(-2_000)}`];
};
