/** Lists the releases of a stage, the newest first: `make releases STAGE=prod`. */
import { functionNames } from './build.ts';
import { command } from './command.ts';
import { deploymentClients, deploymentPorts } from './deploy/deployment-ports.ts';
import { isLive, type Release, type Versions } from './deploy/release-record.ts';
import { line } from './printable.ts';
import { requireStage } from './stages.ts';
import { variables } from './variables.ts';

/** One line per release. An arrow marks the live one. */
export const releaseLines = (releases: readonly Release[], live: Versions): string[] => {
  const liveAt = releases.findIndex(
    (release) => release.outcome !== 'failed' && isLive(release, live),
  );
  return releases.map(({ id, outcome, who, reason }, n) => {
    const [why = ''] = (reason ?? '').split('\n');
    const text = line`${id}  ${outcome.padEnd(9)}  ${who}`;
    return `${n === liveAt ? '→' : ' '} ${text}${why === '' ? '' : line`  (${why})`}`;
  });
};

const main = async () => {
  const stage = requireStage(variables().STAGE, 'make releases');
  const { record, aliases } = await deploymentPorts(deploymentClients(), {
    ...{ stage, names: functionNames(), what: 'make releases' },
  });
  const [releases, live] = await Promise.all([record.read(), aliases.read()]);
  const lines = releaseLines(releases, live);
  console.log(lines.length > 0 ? lines.join('\n') : line`${stage} has no releases yet`);
};

if (import.meta.main) await command(main);
