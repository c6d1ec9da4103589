import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STAGE as LOCAL_STAGE, localClients } from '#scripts/local/clients.ts';
import { runningPlatform } from '#scripts/local/running-platform.ts';
import { REGION } from '#scripts/region.ts';
import { readStage } from '#scripts/stages.ts';

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
  const stage = readStage(name, usage);
  if (stage === undefined) {
    const { ssm, secrets } = localClients(runningPlatform().endpoint);
    return { stage: LOCAL_STAGE, label: 'the local platform', isLocal: true, ssm, secrets };
  }
  return {
    stage,
    label: `stage ${stage}`,
    isLocal: false,
    ssm: new SSMClient({ region: REGION }),
    secrets: new SecretsManagerClient({ region: REGION }),
  };
};
