/** Moves all aliases of a stage to an earlier release: `make rollback STAGE=prod [TO=<release>]`. */
import { functionNames } from './build.ts';
import { command } from './command.ts';
import { deploymentClients, deploymentPorts } from './deploy/deployment-ports.ts';
import { runRollback } from './deploy/run-rollback.ts';
import { line } from './printable.ts';
import { requireStage } from './stages.ts';
import { variables } from './variables.ts';

const main = async () => {
  const { STAGE, TO } = variables();
  const stage = requireStage(STAGE, 'make rollback');
  const ports = await deploymentPorts(deploymentClients(), {
    ...{ stage, names: functionNames(), what: 'make rollback' },
  });
  const { release, moved, takenFrom } = await runRollback(
    { who: ports.who, to: TO === '' ? undefined : TO },
    ports,
  );
  if (takenFrom !== undefined) {
    const { what, who, since } = takenFrom;
    console.log(line`took the lock of ${what} by ${who}, held since ${since}`);
  }
  console.log(
    moved.length > 0
      ? line`${stage} runs release ${release.id}; moved: ${moved.join(', ')}`
      : line`${stage} runs release ${release.id} already`,
  );
  console.log('messages are not rolled back: redrive those that failed');
};

await command(main);
