import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import { concurrencyCheck, credentialsCheck, regionCheck } from './account.ts';
import { type CheckLine, runCheck } from './check.ts';
import { flagsCheck, parametersCheck, secretsCheck } from './configuration.ts';
import { ntfyCheck } from './ntfy.ts';
import { parametersQuotaCheck, poolsQuotaCheck } from './quotas.ts';
import { schedulesCheck } from './schedules.ts';
import type { StageReader } from './stage-reader.ts';
import { stateBucketChecks } from './state-bucket.ts';
import type { DoctorTarget } from './target.ts';
import { type TerraformPorts, terraformChecks } from './terraform.ts';

export interface DoctorPorts {
  target: DoctorTarget;
  sts: Pick<STSClient, 'send'>;
  lambda: Pick<LambdaClient, 'send'>;
  s3: Pick<S3Client, 'send'>;
  cognito: Pick<CognitoIdentityProviderClient, 'send'>;
  ssm: Pick<SSMClient, 'send'>;
  /** The value of `STATE_BUCKET`. */
  stateBucket: string | undefined;
  /** Reads the stage. @throws Error when the stage is not deployed, or its environment cannot be read */
  reader: () => Promise<StageReader>;
  terraform: TerraformPorts;
}

/**
 * Runs every check, and changes nothing. A check that cannot run is a failed line, and the others still run.
 * @returns the lines in a fixed order
 */
export const diagnose = async (ports: DoctorPorts): Promise<CheckLine[]> => {
  const { target, sts, lambda, s3, cognito, ssm, stateBucket, terraform, reader } = ports;
  const checks = [
    credentialsCheck(sts),
    regionCheck(lambda, target),
    concurrencyCheck(lambda, target),
    ...stateBucketChecks(s3, stateBucket, target),
    poolsQuotaCheck(cognito, target),
    parametersQuotaCheck(ssm, target),
    parametersCheck(reader, target),
    secretsCheck(reader, target),
    flagsCheck(reader, target),
    schedulesCheck(reader, target),
    ntfyCheck(reader, target),
    ...terraformChecks(terraform, target),
  ];
  return (await Promise.all(checks.map((check) => runCheck(check)))).flat();
};
