import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { configClientConfig } from '#lib/platform/aws.ts';
import { secretId, unreadableSecretError } from './secrets.ts';

const client = new SecretsManagerClient(configClientConfig());

/**
 * Whether a secret exists and has a value. The value is not read.
 * @param name the short name, such as `golf/credentials`
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`, also when `signal` aborts
 */
export const hasSecretValue = async (name: string, signal: AbortSignal): Promise<boolean> => {
  const command = new DescribeSecretCommand({ SecretId: secretId(name) });
  try {
    const { DeletedDate, VersionIdsToStages = {} } = await client.send(command, {
      abortSignal: signal,
    });
    const isCurrent = (stages: readonly string[]) => stages.includes('AWSCURRENT');
    return DeletedDate === undefined && Object.values(VersionIdsToStages).some(isCurrent);
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ResourceNotFoundException') return false;
    throw unreadableSecretError(name, cause);
  }
};
