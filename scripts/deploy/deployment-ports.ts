/** The real ports of a deployment and a rollback. */
import { randomUUID } from 'node:crypto';
import { LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { systemClock } from '#lib/platform/clock.ts';
import { REGION } from '#scripts/region.ts';
import { stageAliases } from './aliases.ts';
import { deploymentLock, type Holder, parseHolder } from './deployment-lock.ts';
import { parseRecord, releaseRecord } from './release-record.ts';
import { storedJson } from './stored-json.ts';

/** The clients of a command that works on a stage. */
export interface DeploymentClients {
  lambda: Pick<LambdaClient, 'send'>;
  s3: Pick<S3Client, 'send'>;
  sts: Pick<STSClient, 'send'>;
}

/** The clients with the credentials of the caller. */
export const deploymentClients = (
  config: LambdaClientConfig & S3ClientConfig & STSClientConfig = { region: REGION },
): DeploymentClients & { lambda: LambdaClient } => ({
  lambda: new LambdaClient(config),
  s3: new S3Client(config),
  sts: new STSClient(config),
});

export interface StageOfCommand {
  stage: string;
  /** Folder names of the functions. */
  names: readonly string[];
  /** What the command does, for people. */
  what: string;
}

/** The lock, the record and the aliases of a stage, and the ARN of the caller. */
export const deploymentPorts = async (
  { lambda, s3, sts }: DeploymentClients,
  { stage, names, what }: StageOfCommand,
) => {
  const { Account = '', Arn: who = '' } = await sts.send(new GetCallerIdentityCommand({}));
  // Source of the name: `terraform/modules/app/artefacts.tf`.
  const bucket = `rez-agent-artefacts-${stage}-${Account}`;
  const holder: Pick<Holder, 'id' | 'who' | 'what'> = { id: randomUUID(), who, what };
  const lockFile = storedJson(s3, {
    ...{ bucket, key: `releases/${stage}.lock`, parse: parseHolder },
  });
  const recordFile = storedJson(s3, {
    ...{ bucket, key: `releases/${stage}.json`, parse: parseRecord },
  });
  return {
    who,
    lock: deploymentLock(lockFile, { stage, clock: systemClock, holder }),
    record: releaseRecord(recordFile),
    aliases: stageAliases(lambda, { stage, names }),
    clock: systemClock,
  };
};
