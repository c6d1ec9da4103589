/**
 * Applies the saved plan of a stage and makes the new release live: `make deploy STAGE=prod [WATCH_MINUTES=5]`. Exit code 0
 * means that the release is live, 1 that it is not, and that all aliases point to the versions before unless the output
 * says otherwise.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { iso, MINUTE_MS, systemClock } from '#lib/platform/clock.ts';
import { functionNames } from './build.ts';
import { command } from './command.ts';
import { deploymentClients, deploymentPorts } from './deploy/deployment-ports.ts';
import { nextSteps } from './deploy/next-steps.ts';
import { probeVersions } from './deploy/probes.ts';
import { runDeployment } from './deploy/run-deployment.ts';
import { useStageEnvironment } from './deploy/use-stage-environment.ts';
import { watchRelease } from './deploy/watch-release.ts';
import { line } from './printable.ts';
import { REGION } from './region.ts';
import { stageAddress } from './stage-address.ts';
import { requireStage } from './stages.ts';
import { run } from './test/run.ts';
import { variables } from './variables.ts';

const MESSAGE_TIMEOUT_MS = MINUTE_MS;
/** The lock of a deployment can be taken after 30 minutes, and the other steps need some of them. */
const MAX_WATCH_MINUTES = 15;

const main = async () => {
  const { STAGE, WATCH_MINUTES } = variables();
  const stage = requireStage(STAGE, 'make deploy');
  const watchMs = watchMinutes(WATCH_MINUTES, stage) * MINUTE_MS;
  const clients = deploymentClients();
  const names = functionNames();
  const stored = await deploymentPorts(clients, { stage, names, what: 'make deploy' });
  const commit = await currentCommit();
  const release = { id: releaseId(systemClock.now(), commit), commit, who: stored.who };
  const { signal } = cancellation();
  const pause = (ms: number) => sleep(ms, undefined, { signal });

  await runDeployment(release, {
    ...stored,
    apply: () => applyPlan(stage),
    probe: (versions) => probeVersions(clients.lambda, stage, versions),
    sendMessage: async () => {
      await useStageEnvironment(clients.lambda, stage);
      const { sendProbeMessage } = await import('./deploy/probe-message.ts');
      const note = await sendProbeMessage(release.id, MESSAGE_TIMEOUT_MS);
      if (note !== undefined) console.log(note);
    },
    watch: (sinceMs) =>
      watchRelease(new CloudWatchClient({ region: REGION }), sinceMs, {
        ...{ stage, names, forMs: watchMs, clock: systemClock, sleep: pause },
      }),
    show: (text) => console.log(line`${text} …`),
    signal,
  });

  console.log(line`${stage} runs release ${release.id}`);
  const address = await stageAddress(clients.lambda, stage);
  const { missingValues } = await import('./configuration/missing-values.ts');
  const { parameters, secrets } = await missingValues(AbortSignal.timeout(MESSAGE_TIMEOUT_MS));
  for (const text of nextSteps({ stage, address, missing: [...parameters, ...secrets] })) {
    console.log(text);
  }
};

/** The minutes to watch. @throws Error for anything but a whole number of minutes within bounds */
const watchMinutes = (text: string | undefined, stage: string): number => {
  if (text === undefined || text === '') return stage === 'dev' ? 0 : 5;
  const minutes = Number(text);
  if (/^\d+$/.test(text) && minutes <= MAX_WATCH_MINUTES) return minutes;
  throw new Error(`WATCH_MINUTES must be a whole number from 0 to ${MAX_WATCH_MINUTES}`);
};

/** Sorts by time, and names the commit: `20260301T120000Z-61ca8a7`. */
const releaseId = (nowMs: number, commit: string): string =>
  `${iso(nowMs).replace(/\.\d+/, '').replaceAll(/[-:]/g, '')}-${commit}`;

const currentCommit = async (): Promise<string> => {
  const { code, output } = await run(['git', 'rev-parse', '--short', 'HEAD']);
  return code === 0 ? output.trim() : 'unknown';
};

const applyPlan = async (stage: string) => {
  const onOutput = (text: string) => process.stdout.write(text);
  const { code } = await run(['scripts/terraform.sh', 'apply', stage], { onOutput });
  if (code !== 0) throw new Error('Terraform did not apply the plan completely');
};

/** Ctrl-C and SIGTERM end the deployment before its next step, so that it can move the aliases back. */
const cancellation = () => {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => controller.abort(new Error(`${name} cancelled it`)));
  }
  return controller;
};

await command(main);
