/**
 * Changes the code in many small ways and shows which changes no test notices: `make mutate`. MODULE= or FILE= narrows
 * it, SEED= repeats a choice, SAMPLE= sets how many mutants a module gets, MINUTES= how long it may take.
 */
import { command } from './command.ts';
import { ROOT } from './local/places.ts';
import { mutateCode } from './mutate/code.ts';
import { EQUIVALENT } from './mutate/equivalent.ts';
import { CORE, LEAST_PERCENT, type Outcome, reportOf, sharesOf, tooLow } from './mutate/report.ts';
import { scratchCopy } from './mutate/scratch.ts';
import { line, printableLines } from './printable.ts';
import { variables } from './variables.ts';

const MAX_MINUTES = 20;
/** Mutants of a core module, and of another one. */
const SAMPLE = { core: 160, other: 40 };

await command(async () => {
  const { SEED, MODULE, FILE, SAMPLE: SIZE, MINUTES } = variables();
  const seed = SEED ? Number(SEED) : Math.floor(Math.random() * 1e6);
  const startMs = Date.now();
  const deadlineMs = startMs + (MINUTES ? Number(MINUTES) : MAX_MINUTES) * 60_000;
  console.log(line`SEED=${seed}`);
  const scratch = scratchCopy(ROOT);
  const outcomes: Outcome[] = [];
  const problems: string[] = [];
  try {
    const run = await mutateCode({
      folder: scratch.folder,
      deadlineMs,
      seed,
      perModule: (module) => {
        if (SIZE) return Number(SIZE);
        return CORE.includes(module) ? SAMPLE.core : SAMPLE.other;
      },
      module: MODULE,
      file: FILE,
      equivalent: EQUIVALENT,
      onProgress: (text) => console.log(text),
    });
    outcomes.push(...run.outcomes);
    problems.push(
      ...run.red.map((test) => `fails without a mutant: ${test}`),
      ...run.unmatched.map(
        ({ file, original, replacement }) =>
          `equivalent.ts names what is not in ${file}: ${original} → ${replacement}`,
      ),
    );
  } finally {
    if (process.env.KEEP) console.log(scratch.folder);
    else scratch.remove();
  }
  console.log(printableLines(reportOf(outcomes)));
  if (Date.now() > deadlineMs)
    console.log('The time was over: mutants that were not run survived.');
  for (const { module, percent } of tooLow(sharesOf(outcomes))) {
    problems.push(`${module} is below ${LEAST_PERCENT} %: ${percent.toFixed(1)} %`);
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
});
