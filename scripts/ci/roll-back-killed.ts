/** Rolls a stage back if `deploy-stage.ts` was killed while it deployed the stage: STAGE. */
import { functionNames } from '#scripts/build.ts';
import { command } from '#scripts/command.ts';
import { deploymentClients, deploymentPorts } from '#scripts/deploy/deployment-ports.ts';
import { requireStage } from '#scripts/stages.ts';
import { run } from '#scripts/test/run.ts';
import { variables } from '#scripts/variables.ts';
import { deploymentMarker } from './deployment-marker.ts';

const main = async () => {
  const stage = requireStage(variables().STAGE, 'roll-back-killed.ts');
  const marker = deploymentMarker(stage);
  if (!marker.isSet()) {
    console.log('no deployment was killed');
    return;
  }
  // A deployment that was killed before its entry changed nothing. A rollback would leave the good release before it.
  if (await isDeploying(stage)) {
    const { code } = await run(['make', 'rollback', `STAGE=${stage}`], {
      onOutput: (text) => process.stdout.write(text),
    });
    if (code !== 0) throw new Error('the rollback failed');
  } else {
    console.log('the deployment was killed before it changed anything');
  }
  marker.clear();
};

const isDeploying = async (stage: string): Promise<boolean> => {
  const { record } = await deploymentPorts(deploymentClients(), {
    ...{ stage, names: functionNames(), what: 'make rollback' },
  });
  const [newest] = await record.read();
  return newest?.outcome === 'deploying';
};

await command(main);
