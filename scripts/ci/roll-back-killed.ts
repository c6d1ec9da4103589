/** Rolls a stage back if `deploy-stage.ts` was killed while it deployed the stage: STAGE. */
import { command } from '#scripts/command.ts';
import { run } from '#scripts/test/run.ts';
import { variables } from '#scripts/variables.ts';
import { deploymentMarker } from './deployment-marker.ts';

const main = async () => {
  const { STAGE = '' } = variables();
  if (!/^(dev|stage|prod)$/.test(STAGE)) throw new Error('STAGE must be dev, stage or prod');
  const marker = deploymentMarker(STAGE);
  if (!marker.isSet()) {
    console.log('no deployment was killed');
    return;
  }
  const { code } = await run(['make', 'rollback', `STAGE=${STAGE}`], {
    onOutput: (text) => process.stdout.write(text),
  });
  if (code !== 0) throw new Error('the rollback failed');
  marker.clear();
};

await command(main);
