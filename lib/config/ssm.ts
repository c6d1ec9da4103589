import {
  GetParametersByPathCommand,
  GetParametersCommand,
  type Parameter,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { configClientConfig } from '#lib/platform/aws.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The current value of a parameter. */
export interface StoredParameter {
  value: string;
  /** When it was last written. Milliseconds since the Unix epoch; absent when SSM does not return it. */
  changedAtMs?: number;
}

/** The maximum number of names in one request to SSM. */
const MAX_NAMES = 10;

/** The maximum number of requests for one folder. SSM returns at most ten parameters at a time. */
const MAX_PAGES = 50;

/** The path of a parameter of this stage. */
export const parameterPath = (name: string): string => `/rez-agent/${stage}/${name}`;

const client = new SSMClient(configClientConfig());

/**
 * Reads parameters now, with their dates, without decryption and without a cache. Functions read their configuration with
 * `middleware/ssm-config.ts`, which caches it.
 * @returns the parameters that exist, by name
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

/**
 * Reads all parameters in a folder of this stage now, without decryption and without a cache.
 * @param folder such as `endpoints`
 * @returns the values, by name without the folder
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`
 */
export const readParameterFolder = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const path = parameterPath(folder);
  const found = new Map<string, string>();
  let token: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await readPage(path, token);
    for (const { Name = '', Value } of page.Parameters ?? []) {
      if (Value !== undefined) found.set(Name.slice(path.length + 1), Value);
    }
    token = page.NextToken;
    if (token === undefined) return found;
  }
  const problem = `there are too many parameters under ${path}`;
  throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', problem);
};

const readPage = async (Path: string, NextToken: string | undefined) => {
  const command = new GetParametersByPathCommand({ Path, NextToken });
  try {
    return await client.send(command);
  } catch (cause) {
    throw unreadableSsmError(cause);
  }
};

const readBatch = async (names: readonly string[]): Promise<Parameter[]> => {
  const command = new GetParametersCommand({ Names: names.map(parameterPath) });
  try {
    return (await client.send(command)).Parameters ?? [];
  } catch (cause) {
    throw unreadableSsmError(cause);
  }
};

const unreadableSsmError = (cause: unknown) =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'SSM cannot be read', { cause });
