import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from '#lib/platform/aws.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { FLAG_NAMES, type FlagName } from './flags.ts';

/** A flag's parameter as it stands in SSM just now. */
export interface FlagValue {
  value: string;
  /** When it was last written. Milliseconds since the Unix epoch; absent where SSM does not say. */
  changedAtMs?: number;
}

/** The most that one read takes. */
const MAX_NAMES = 10;

const client = new SSMClient(clientConfig());
const prefix = `/rez-agent/${stage}/flags/`;

/**
 * Every declared flag that has a parameter, read now. What functions act on may be a minute older.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`
 */
export const readFlagValues = async (): Promise<ReadonlyMap<FlagName, FlagValue>> => {
  const chunks = Array.from({ length: Math.ceil(FLAG_NAMES.length / MAX_NAMES) }, (_, n) =>
    FLAG_NAMES.slice(n * MAX_NAMES, (n + 1) * MAX_NAMES),
  );
  const values = new Map<FlagName, FlagValue>();
  for (const { Name = '', Value, LastModifiedDate } of (
    await Promise.all(chunks.map(read))
  ).flat()) {
    const name = FLAG_NAMES.find((flag) => Name === prefix + flag);
    if (name === undefined || Value === undefined) continue;
    const changedAtMs = LastModifiedDate?.getTime();
    values.set(name, { value: Value, ...(changedAtMs === undefined ? {} : { changedAtMs }) });
  }
  return values;
};

const read = async (names: readonly FlagName[]) => {
  const command = new GetParametersCommand({ Names: names.map((name) => prefix + name) });
  try {
    return (await client.send(command)).Parameters ?? [];
  } catch (cause) {
    throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'the flags cannot be read', { cause });
  }
};
