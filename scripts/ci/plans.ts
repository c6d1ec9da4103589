/** Prints what a first deployment of each root creates, as Markdown without values: `make plans`. */
import { command } from '#scripts/command.ts';
import { stepsOn } from '#scripts/local/progress.ts';
import { planRoots, ROOTS } from './plan-roots.ts';
import { plannedChanges, planSummary } from './plan-summary.ts';

const main = async () => {
  const plans = await planRoots(ROOTS, stepsOn(process.stderr));
  console.log('## Plans\n');
  for (const [root, json] of plans) console.log(planSummary(root, plannedChanges(json)));
};

await command(main);
