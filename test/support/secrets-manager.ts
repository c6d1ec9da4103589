import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { vi } from 'vitest';

export interface SecretsManager {
  /** Values by name in Secrets Manager, such as `rez-agent/golf/credentials-dev`. */
  secrets: Map<string, string>;
  /** The names of secrets that exist and have no value. */
  empty: Set<string>;
  /** The names of every read of a value so far. */
  reads: string[];
  /** Every call fails with this error, until it is `undefined`. */
  failWith: (error: Error | undefined) => void;
  uninstall: () => void;
}

/** An in-memory Secrets Manager instead of every client: reads of values, and descriptions. */
export const installSecretsManager = (
  values: Readonly<Record<string, string>> = {},
): SecretsManager => {
  const secrets = new Map(Object.entries(values));
  const empty = new Set<string>();
  const reads: string[] = [];
  let failure: Error | undefined;

  const spy = vi
    .spyOn(SecretsManagerClient.prototype, 'send')
    .mockImplementation(async (command: unknown) => {
      if (command instanceof DescribeSecretCommand) {
        const name = command.input.SecretId ?? '';
        await Promise.resolve();
        if (failure) throw failure;
        if (empty.has(name)) return { Name: name };
        if (!secrets.has(name)) throw notFoundError();
        return { Name: name, VersionIdsToStages: { v1: ['AWSPREVIOUS'], v2: ['AWSCURRENT'] } };
      }
      if (!(command instanceof GetSecretValueCommand)) {
        throw new Error(
          'the in-memory Secrets Manager only does GetSecretValue and DescribeSecret',
        );
      }
      const name = command.input.SecretId ?? '';
      reads.push(name);
      await Promise.resolve();
      if (failure) throw failure;
      const SecretString = secrets.get(name);
      if (SecretString === undefined) throw notFoundError();
      return { Name: name, SecretString, VersionId: `${reads.length}` };
    });

  return {
    secrets,
    empty,
    reads,
    failWith: (error) => {
      failure = error;
    },
    uninstall: () => spy.mockRestore(),
  };
};

const notFoundError = () =>
  new ResourceNotFoundException({
    message: "Secrets Manager can't find the specified secret.",
    $metadata: {},
  });
