/**
 * Changes the code in many small ways and shows which changes no test detects: `make mutate`. MODULE= or FILE= narrows
 * it, SEED= repeats a choice, SAMPLE= sets how many mutants a module gets, MINUTES= how long it may take.
 */
import { command } from './command.ts';
import { ROOT } from './local/paths.ts';
import { mutateCode } from './mutate/code.ts';
import { EQUIVALENT, type Equivalent } from './mutate/equivalent.ts';
import { belowMinimum, CORE, type MutationOutcome, reportOf, sharesOf } from './mutate/report.ts';
import { scratchCopy } from './mutate/scratch.ts';
import { mutateTerraform } from './mutate/terraform.ts';
import { line, printableLines } from './printable.ts';
import { variables } from './variables.ts';

const DEFAULT_MINUTES = 20;
/** Mutants of a core module, of another one, and of Terraform, whose tests are slow. */
const DEFAULT_SAMPLE = { core: 160, other: 40, terraform: 30 };
/** The part of the time that `lib` may take when Terraform runs, too. */
const CODE_SHARE = 0.7;
const TERRAFORM_PROCESSES = 2;

interface Run {
  outcomes: readonly MutationOutcome[];
  unmatched: readonly Equivalent[];
  red: readonly string[];
}

const main = async () => {
  const { SEED, MODULE, FILE, SAMPLE, MINUTES } = variables();
  const seed = SEED ? Number(SEED) : Math.floor(Math.random() * 1e6);
  const startMs = Date.now();
  const limitMs = Number(MINUTES || DEFAULT_MINUTES) * 60_000;
  const isTerraform = FILE ? FILE.startsWith('terraform/') : /^terraform(\/|$)/.test(MODULE ?? '');
  const valuesOf = !FILE && isTerraform && MODULE !== 'terraform' ? MODULE : undefined;
  const isCode = !isTerraform;
  const isBoth = !FILE && !MODULE;
  console.log(line`SEED=${seed}`);

  const scratches = Array.from({ length: TERRAFORM_PROCESSES }, () => scratchCopy(ROOT));
  const remove = () => {
    for (const scratch of scratches) scratch.remove();
  };
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(1));
  }
  const folders = scratches.map(({ folder }) => folder);
  const shared = { seed, file: FILE || undefined, equivalent: EQUIVALENT };
  const runs: Run[] = [];
  if (isTerraform || isBoth) {
    const byDefault = FILE || valuesOf ? Number.POSITIVE_INFINITY : DEFAULT_SAMPLE.terraform;
    const count = SAMPLE ? Number(SAMPLE) : byDefault;
    const deadlineMs = startMs + limitMs * (isBoth ? 1 - CODE_SHARE : 1);
    runs.push(await mutateTerraform({ ...shared, valuesOf, folders, deadlineMs, count }));
  }
  if (isCode) {
    const perModule = (module: string) =>
      Number(SAMPLE || (CORE.includes(module) ? DEFAULT_SAMPLE.core : DEFAULT_SAMPLE.other));
    const [folder = ''] = folders;
    const deadlineMs = startMs + limitMs;
    const module = MODULE || undefined;
    runs.push(await mutateCode({ ...shared, folder, deadlineMs, perModule, module }));
  }

  const outcomes = runs.flatMap((run) => run.outcomes);
  console.log(printableLines(reportOf(outcomes)));
  if (Date.now() > startMs + limitMs)
    console.log(
      'The time is over. Mutants of lib and values of Terraform that did not run count as survivors.',
    );
  const problems = [
    ...runs.flatMap(({ red }) => red).map((test) => `fails without a mutant: ${test}`),
    ...runs
      .flatMap(({ unmatched }) => unmatched)
      .map(
        ({ file, original, replacement }) =>
          `equivalent.ts names code that is not in ${file}: ${original} → ${replacement}`,
      ),
    ...belowMinimum(sharesOf(outcomes)).map(
      ({ module, percent, minimum }) => `${module} is below ${minimum} %: ${percent.toFixed(1)} %`,
    ),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
};

await command(main);
