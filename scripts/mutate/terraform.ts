/** The mutation run over `terraform`: each mutant with the tests that read the files, then with those of its folder. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Equivalent, withoutEquivalent } from './equivalent.ts';
import { hclMutantsOf } from './hcl-mutants.ts';
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
  equivalent: readonly Equivalent[];
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
const MAX_RUN_MS = 300_000;

export const mutateTerraform = async (options: TerraformOptions): Promise<TerraformRun> => {
  const { folders, deadlineMs } = options;
  const { mutants, unmatched } = chooseMutants(options);
  const red = mutants.length === 0 ? [] : await redTests(folders[0] ?? '', deadlineMs);
  const outcomes: MutationOutcome[] = [];
  if (red.length === 0) {
    await Promise.all(
      folders.map(async (folder) => {
        for (let mutant = mutants.shift(); mutant !== undefined; mutant = mutants.shift()) {
          const killedBy = await killerOf(mutant, folder, deadlineMs);
          if (killedBy === UNDECIDED) continue;
          outcomes.push({ ...mutant, module: 'terraform', killedBy, isReached: true });
        }
      }),
    );
  }
  return { outcomes, unmatched, red };
};

const chooseMutants = ({ folders, file, equivalent, seed, count }: TerraformOptions) => {
  const [folder = ''] = folders;
  const all = globSync('terraform/{modules,envs}/*/*.tf', { cwd: folder })
    .filter((path) => file === undefined || path === file)
    .sort()
    .flatMap((path) => hclMutantsOf(path, readFileSync(join(folder, path), 'utf8')));
  const own = equivalent.filter(
    (entry) => entry.file.startsWith('terraform/') && (file === undefined || entry.file === file),
  );
  const { mutants, unmatched } = withoutEquivalent(all, own);
  return { mutants: sampled(mutants, count, seed), unmatched };
};

/** Terraform rejects the file, or the time is over. The mutant is not counted. */
const UNDECIDED = 'undecided';

/** The test that detected the mutant; `undefined` if it survived. */
const killerOf = async (
  mutant: Mutant,
  folder: string,
  deadlineMs: number,
): Promise<string | undefined> => {
  const path = join(folder, mutant.file);
  const source = readFileSync(path, 'utf8');
  const changed = source.slice(0, mutant.start) + mutant.replacement + source.slice(mutant.end);
  writeFileSync(path, changed);
  try {
    const reading = await inFolder(folder, deadlineMs, [...VITEST, ...READING_TESTS]);
    if (reading.isAborted) return UNDECIDED;
    if (reading.code !== 0) return 'test/terraform';
    const own = mutant.file.split('/').slice(1, 3).join('/');
    const tested = await inFolder(folder, deadlineMs, ['scripts/terraform.sh', 'test', own]);
    if (tested.isAborted) return UNDECIDED;
    if (tested.code === 0) return undefined;
    if (TEST_FAILED.test(tested.output)) return `terraform test of ${own}`;
    const valid = await inFolder(folder, deadlineMs, ['scripts/terraform.sh', own, 'validate']);
    return valid.code === 0 ? `terraform plan of ${own}` : UNDECIDED;
  } finally {
    writeFileSync(path, source);
  }
};

const VITEST = 'node_modules/.bin/vitest run --config test/vitest.config.ts --bail 1'.split(' ');

const inFolder = (
  folder: string,
  deadlineMs: number,
  command: readonly string[],
): Promise<BoundedRun> => {
  const limitMs = Math.max(1, Math.min(MAX_RUN_MS, deadlineMs - Date.now()));
  return runBounded(command, { cwd: folder, signal: AbortSignal.timeout(limitMs) });
};

const redTests = async (folder: string, deadlineMs: number): Promise<string[]> => {
  const { code, output } = await inFolder(folder, deadlineMs, [...VITEST, ...READING_TESTS]);
  return code === 0 ? [] : [`${basename(folder)}: ${output.slice(-2_000)}`];
};
