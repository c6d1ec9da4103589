/** Requests public paths of a deployed stage, and fails when one responds differently: STAGE. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { command } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';
import { REGION } from '#scripts/region.ts';
import { stageAddress } from '#scripts/stage-address.ts';
import { variables } from '#scripts/variables.ts';
import { smokeProblems } from './smoke.ts';

const main = async () => {
  const { STAGE = '' } = variables();
  if (!/^(dev|stage|prod)$/.test(STAGE)) throw new Error('STAGE must be dev, stage or prod');
  const address = await stageAddress(new LambdaClient({ region: REGION }), STAGE);
  const problems = await smokeProblems(address);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  console.log(line`${address} responds as expected`);
};

await command(main);
