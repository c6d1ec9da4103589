/**
 * Compares a stage with the code that is checked out, without a lock and without changes: `make drift STAGE=prod`. Prints
 * the differences as Markdown without values, and nothing when there are none.
 */
import { join } from 'node:path';
import { command } from '#scripts/command.ts';
import { LOCAL_DIR } from '#scripts/local/paths.ts';
import { run } from '#scripts/test/run.ts';
import { variables } from '#scripts/variables.ts';
import { plannedChanges, planSummary } from './plan-summary.ts';

const TIMEOUT_MS = 900_000;
/** A required variable that is used only to create the parameter. */
const NTFY_URL = 'https://ntfy.example.org/topic';

const main = async () => {
  const { STAGE = '', TF_VAR_ntfy_url = NTFY_URL } = variables();
  if (!/^(dev|stage|prod)$/.test(STAGE)) throw new Error('STAGE must be dev, stage or prod');
  const terraform = async (...args: string[]) => {
    const { code, output } = await run(['scripts/terraform.sh', ...args], {
      env: { TF_VAR_ntfy_url },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (code !== 0) throw new Error(`terraform failed:\n${output}`);
    return output;
  };
  // The role can only read, so it cannot write the lock of the state.
  await terraform('plan', STAGE, '-lock=false', '-no-color');
  const file = join(LOCAL_DIR, 'terraform', `${STAGE}.tfplan`);
  const json = await terraform(STAGE, 'show', '-json', file);
  const changes = plannedChanges(json.slice(json.indexOf('{')));
  if (changes.length > 0) console.log(planSummary(STAGE, changes));
};

await command(main);
