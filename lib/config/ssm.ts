import {
  GetParametersByPathCommand,
  GetParametersCommand,
  type Parameter,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { configClientConfig } from '#lib/platform/aws.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';

/** The current value of a parameter. */
export interface StoredParameter {
  value: string;
  /** The number of the write. The first one is 1. */
  version: number;
  /** When it was last written. Milliseconds since the Unix epoch; absent when SSM does not return it. */
  changedAtMs?: number;
}

/** The maximum number of names in one request to SSM. */
const MAX_NAMES = 10;

/** The maximum number of requests for one folder. SSM returns at most ten parameters at a time. */
const MAX_PAGES = 50;

/** The errors of a put that wrote nothing, because another write was first. */
const OVERTAKEN: ReadonlySet<string> = new Set(['ParameterAlreadyExists', 'TooManyUpdates']);

/** The path of a parameter of this stage. */
export const parameterPath = (name: string): string => `/rez-agent/${stage}/${name}`;

const client = new SSMClient(configClientConfig());

/** The client that writes. It sends no request twice: the second one would replace what somebody wrote in between. */
const loadWriter = lazily(async () => new SSMClient({ ...configClientConfig(), maxAttempts: 1 }));

/**
 * Reads parameters now, with their dates, without decryption and without a cache. Functions read their configuration with
 * `middleware/ssm-config.ts`, which caches it.
 * @returns the parameters that exist, by name
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`, also when `signal` aborts
 */
export const readParameters = async (
  names: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, StoredParameter>> => {
  const batches = Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, n) =>
    names.slice(n * MAX_NAMES, (n + 1) * MAX_NAMES),
  );
  const found = (await Promise.all(batches.map((batch) => readBatch(batch, signal)))).flat();
  const stored = new Map<string, StoredParameter>();
  for (const name of names) {
    const parameter = found.find(({ Name }) => Name === parameterPath(name));
    if (parameter?.Value === undefined || parameter.Version === undefined) continue;
    const changedAtMs = parameter.LastModifiedDate?.getTime();
    stored.set(name, {
      value: parameter.Value,
      version: parameter.Version,
      ...(changedAtMs === undefined ? {} : { changedAtMs }),
    });
  }
  return stored;
};

/**
 * Writes a parameter of type String. SSM has no conditional put for a parameter that exists. Therefore compare the version
 * that was read before with the one that is returned: if it is not exactly one higher, this write replaced a value that
 * somebody wrote in between.
 * @param create whether the parameter does not exist yet
 * @returns the new version; `undefined` if nothing was written, because another write was first
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`; the write may have happened
 */
export const storeParameter = async (
  name: string,
  value: string,
  { create }: { create: boolean },
): Promise<number | undefined> => {
  const command = new PutParameterCommand({
    Name: parameterPath(name),
    Value: value,
    Type: 'String',
    Overwrite: !create,
  });
  const writer = await loadWriter();
  try {
    return (await writer.send(command)).Version;
  } catch (cause) {
    if (cause instanceof Error && OVERTAKEN.has(cause.name)) return undefined;
    throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'SSM cannot be written', { cause });
  }
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

const readBatch = async (
  names: readonly string[],
  abortSignal: AbortSignal | undefined,
): Promise<Parameter[]> => {
  const command = new GetParametersCommand({ Names: names.map(parameterPath) });
  try {
    const options = abortSignal && { abortSignal };
    return (await client.send(command, options)).Parameters ?? [];
  } catch (cause) {
    throw unreadableSsmError(cause);
  }
};

const unreadableSsmError = (cause: unknown) =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'SSM cannot be read', { cause });
