import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { vi } from 'vitest';

export interface SecretsManager {
  /** Values by name in Secrets Manager, such as `rez-agent/golf/credentials-dev`. */
  secrets: Map<string, string>;
  /** The names of every read so far. */
  reads: string[];
  /** Every read fails with this error, until it is `undefined`. */
  failWith: (error: Error | undefined) => void;
  uninstall: () => void;
}

/** An in-memory Secrets Manager instead of every client, for reads. */
export const installSecretsManager = (
  values: Readonly<Record<string, string>> = {},
): SecretsManager => {
  const secrets = new Map(Object.entries(values));
  const reads: string[] = [];
  let failure: Error | undefined;

  const spy = vi
    .spyOn(SecretsManagerClient.prototype, 'send')
    .mockImplementation(async (command: unknown) => {
      if (!(command instanceof GetSecretValueCommand)) {
        throw new Error('the in-memory Secrets Manager only does GetSecretValue');
      }
      const name = command.input.SecretId ?? '';
      reads.push(name);
      await Promise.resolve();
      if (failure) throw failure;
      const SecretString = secrets.get(name);
      if (SecretString === undefined) {
        const message = "Secrets Manager can't find the specified secret.";
        throw new ResourceNotFoundException({ message, $metadata: {} });
      }
      return { Name: name, SecretString, VersionId: `${reads.length}` };
    });

  return {
    secrets,
    reads,
    failWith: (error) => {
      failure = error;
    },
    uninstall: () => spy.mockRestore(),
  };
};
