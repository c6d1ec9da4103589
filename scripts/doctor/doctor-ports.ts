/** The real ports of `diagnose`. */
import { join } from 'node:path';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { clientConfig } from '#lib/platform/aws.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { lazily } from '#lib/platform/lazily.ts';
import { useStageEnvironment } from '#scripts/deploy/use-stage-environment.ts';
import { CREDENTIALS, STAGE as LOCAL_STAGE } from '#scripts/local/clients.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { runningPlatform } from '#scripts/local/running-platform.ts';
import { REGION } from '#scripts/region.ts';
import { readStage } from '#scripts/stages.ts';
import { run } from '#scripts/test/run.ts';
import type { DoctorPorts } from './diagnose.ts';
import { functionVariables } from './function-variables.ts';
import type { DoctorTarget } from './target.ts';

const TERRAFORM_TIMEOUT_MS = 15_000;

/**
 * The ports for a stage; without `STAGE`, for the running `make dev`.
 * @throws Error for an unknown stage, and when `make dev` does not run
 */
export const doctorPorts = ({ STAGE, STATE_BUCKET }: NodeJS.ProcessEnv): DoctorPorts => {
  const target = targetOf(readStage(STAGE, 'make doctor'));
  const config = { ...clientConfig(), region: target.region };
  const lambda = new LambdaClient(config);
  return {
    target,
    sts: new STSClient(config),
    lambda,
    s3: new S3Client(config),
    cognito: new CognitoIdentityProviderClient(config),
    ssm: new SSMClient(config),
    stateBucket: STATE_BUCKET,
    reader: lazily(async () => {
      await useStageEnvironment(lambda, target.stage);
      const { stageReader } = await import('./stage-reader.ts');
      return stageReader({
        clock: systemClock,
        localOrigins: () => localOrigins(lambda, target.stage),
      });
    }),
    terraform: { version: terraformVersion, roots: join(ROOT, 'terraform', 'envs') },
  };
};

/** The stage with that name; without a name, the running `make dev`, whose AWS the SDK then uses. */
const targetOf = (stage: string | undefined): DoctorTarget => {
  if (stage !== undefined) {
    const isLocal = (process.env.AWS_ENDPOINT_URL ?? '') !== '';
    const label = isLocal ? 'the local platform' : `stage ${stage}`;
    return { stage, label, region: REGION, isLocal, call: `make doctor STAGE=${stage}` };
  }
  const region = 'us-east-1';
  delete process.env.AWS_PROFILE;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: runningPlatform().endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: region,
  });
  return {
    stage: LOCAL_STAGE,
    label: 'the local platform',
    region,
    isLocal: true,
    call: 'make doctor',
  };
};

const localOrigins = async (lambda: LambdaClient, stage: string): Promise<string[]> => {
  const { LOCAL_ORIGINS = '' } = await functionVariables(lambda, 'notification', stage);
  return LOCAL_ORIGINS.split(',').filter((origin) => origin !== '');
};

const terraformVersion = async (): Promise<string> => {
  const { code, output } = await run(['terraform', 'version', '-json'], {
    env: { CHECKPOINT_DISABLE: '1' },
    signal: AbortSignal.timeout(TERRAFORM_TIMEOUT_MS),
  });
  if (code !== 0) throw new Error(output.trim());
  return output;
};
