import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STAGE as LOCAL_STAGE, localClients } from '#scripts/local/clients.ts';
import { runningPlatform } from '#scripts/local/running-platform.ts';
import { REGION } from '#scripts/users/pool.ts';

/** Where the configuration of a stage is written. */
export interface ConfiguredStage {
  stage: string;
  /** For people. */
  label: string;
  isLocal: boolean;
  ssm: Pick<SSMClient, 'send'>;
  secrets: Pick<SecretsManagerClient, 'send'>;
}

/**
 * The stage of a command; without a name, the running `make dev`.
 * @throws Error for an unknown stage, and when `make dev` does not run
 */
export const configuredStage = (name: string, usage: string): ConfiguredStage => {
  if (name === '') {
    const { ssm, secrets } = localClients(runningPlatform().endpoint);
    return { stage: LOCAL_STAGE, label: 'the local platform', isLocal: true, ssm, secrets };
  }
  if (!['dev', 'stage', 'prod'].includes(name)) {
    throw new Error(
      `STAGE must be a stage: ${usage} STAGE=dev, stage or prod; default: the running make dev`,
    );
  }
  return {
    stage: name,
    label: `stage ${name}`,
    isLocal: false,
    ssm: new SSMClient({ region: REGION }),
    secrets: new SecretsManagerClient({ region: REGION }),
  };
};
