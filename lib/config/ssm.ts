import { GetParametersCommand, type Parameter, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from '#lib/platform/aws.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';

/** A parameter as SSM has it now. */
export interface StoredParameter {
  value: string;
  /** When it was last written. Milliseconds since the Unix epoch; absent where SSM does not say. */
  changedAtMs?: number;
}

/** SSM's limit for one read. */
const MAX_NAMES = 10;
const TIMEOUT_MS = 1_500;

/** The path of a parameter of this stage. */
export const parameterPath = (name: string): string => `/rez-agent/${stage}/${name}`;

/** The configuration of every client of SSM: two short attempts, because the last good value is better than a wait. */
export const ssmClientConfig = () => {
  const { requestHandler, ...rest } = clientConfig();
  return {
    ...rest,
    maxAttempts: 2,
    requestHandler: { ...requestHandler, requestTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
  };
};

const client = new SSMClient(ssmClientConfig());

/**
 * Read parameters now, with their dates and not decrypted. Functions read their configuration with
 * `middleware/ssm-config.ts`, which caches it.
 * @returns by name, without those that do not exist
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`
 */
export const readParameters = async (
  names: readonly string[],
): Promise<ReadonlyMap<string, StoredParameter>> => {
  const batches = Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, n) =>
    names.slice(n * MAX_NAMES, (n + 1) * MAX_NAMES),
  );
  const found = (await Promise.all(batches.map(readBatch))).flat();
  const stored = new Map<string, StoredParameter>();
  for (const name of names) {
    const parameter = found.find(({ Name }) => Name === parameterPath(name));
    if (parameter?.Value === undefined) continue;
    const changedAtMs = parameter.LastModifiedDate?.getTime();
    stored.set(name, {
      value: parameter.Value,
      ...(changedAtMs === undefined ? {} : { changedAtMs }),
    });
  }
  return stored;
};

const readBatch = async (names: readonly string[]): Promise<Parameter[]> => {
  const command = new GetParametersCommand({ Names: names.map(parameterPath) });
  try {
    return (await client.send(command)).Parameters ?? [];
  } catch (cause) {
    throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'SSM cannot be read', { cause });
  }
};
