/**
 * Plans and deploys a stage in a workflow: STAGE, STATE_BUCKET. The command of the deployment moves the aliases back itself
 * when a step fails, and exits with 1. With any other ending it was killed, and `roll-back-killed.ts` must run next.
 */
import { command } from '#scripts/command.ts';
import { run } from '#scripts/test/run.ts';
import { variables } from '#scripts/variables.ts';
import { deploymentMarker } from './deployment-marker.ts';

const onOutput = (text: string) => process.stdout.write(text);

const main = async () => {
  const { STAGE = '' } = variables();
  if (!/^(dev|stage|prod)$/.test(STAGE)) throw new Error('STAGE must be dev, stage or prod');
  const plan = await run(['make', 'plan', `STAGE=${STAGE}`], { onOutput });
  if (plan.code !== 0) throw new Error('the plan failed');
  const marker = deploymentMarker(STAGE);
  marker.set();
  const { code } = await run(['node', 'scripts/deploy.ts'], { onOutput, env: { STAGE } });
  if (code === 0 || code === 1) marker.clear();
  if (code !== 0) throw new Error(`the deployment ended with exit code ${code}`);
};

await command(main);
