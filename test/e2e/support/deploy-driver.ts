/**
 * Deploys to the local AWS as `scripts/deploy.ts` does, in a process that a test can kill. It publishes versions with the
 * Lambda client, because a plan of Terraform would change the platform that all tests share.
 */
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { functionNames } from '#scripts/build.ts';
import { command } from '#scripts/command.ts';
import { deploymentClients, deploymentPorts } from '#scripts/deploy/deployment-ports.ts';
import { probeVersions } from '#scripts/deploy/probes.ts';
import { runDeployment } from '#scripts/deploy/run-deployment.ts';
import { useStageEnvironment } from '#scripts/deploy/use-stage-environment.ts';
import { nameOf, STAGE } from '#scripts/local/clients.ts';

/** What the driver does, as JSON in its first argument. */
export interface DriverOptions {
  release: string;
  /** The variables that the release changes, by function. */
  environment: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The step before which it waits for its death. */
  waitsBefore?: string;
  messageTimeoutMs: number;
}

const publish = async (lambda: LambdaClient, environment: DriverOptions['environment']) => {
  for (const [name, changed] of Object.entries(environment)) {
    const FunctionName = nameOf(name);
    const before = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...before.Environment?.Variables, ...changed };
    await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
    );
    await lambda.send(new PublishVersionCommand({ FunctionName }));
  }
};

const main = async () => {
  const { release, environment, waitsBefore, messageTimeoutMs }: DriverOptions = JSON.parse(
    process.argv[2] ?? '',
  );
  const clients = deploymentClients();
  const stored = await deploymentPorts(clients, {
    ...{ stage: STAGE, names: functionNames(), what: 'make deploy' },
  });
  const at = async (step: string) => {
    console.log(step);
    // The timer keeps the process alive.
    if (step === waitsBefore) await new Promise((resolve) => setTimeout(resolve, 60_000));
  };
  await runDeployment(
    { id: release, commit: 'e2e', who: stored.who },
    {
      ...stored,
      aliases: {
        ...stored.aliases,
        move: async (to) => {
          await at('move');
          // One alias alone, so that a kill leaves the stage with versions of two releases.
          const [first, ...rest] = Object.entries(to);
          const problems =
            first === undefined ? [] : await stored.aliases.move({ [first[0]]: first[1] });
          await at('move the rest');
          return [...problems, ...(await stored.aliases.move(Object.fromEntries(rest)))];
        },
      },
      apply: async () => {
        await at('apply');
        await publish(clients.lambda, environment);
        await at('applied');
      },
      probe: async (versions) => {
        await at('probe');
        return probeVersions(clients.lambda, STAGE, versions);
      },
      sendMessage: async () => {
        await at('message');
        await useStageEnvironment(clients.lambda, STAGE);
        const { sendProbeMessage } = await import('#scripts/deploy/probe-message.ts');
        await sendProbeMessage(release, messageTimeoutMs);
      },
      watch: () => at('watch'),
      show: () => {},
      signal: new AbortController().signal,
    },
  );
};

await command(main);
