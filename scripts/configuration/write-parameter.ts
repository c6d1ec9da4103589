import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { problemsError } from '#scripts/command.ts';
import { line } from '#scripts/printable.ts';
import { SETTABLE_NAMES, settableParameter } from './settable-parameters.ts';
import type { ConfiguredStage } from './stage-clients.ts';
import { withoutValue } from './without-value.ts';

/** The maximum of a standard parameter. Bytes. */
const MAX_BYTES = 4_096;

/**
 * Checks a value and writes the parameter.
 * @returns the version of the parameter; the first one is 1
 * @throws Error that contains no part of the value of a SecureString
 */
export const writeParameter = async (
  name: string,
  value: string,
  { stage, isLocal, ssm }: Pick<ConfiguredStage, 'stage' | 'isLocal' | 'ssm'>,
): Promise<number> => {
  const parameter = settableParameter(name);
  if (parameter === undefined) {
    throw new Error(line`there is no parameter ${name}: NAME must be ${SETTABLE_NAMES.join(', ')}`);
  }
  const bytes = Buffer.byteLength(value);
  if (bytes > MAX_BYTES)
    throw new Error(line`${name} has ${bytes} bytes, at most ${MAX_BYTES} fit`);
  const problems = parameter.problemsOf(value, isLocal);
  if (problems.length > 0) throw problemsError(line`the value of ${name} is not valid:`, problems);
  const command = new PutParameterCommand({
    Name: `/rez-agent/${stage}/${name}`,
    Value: value,
    Type: parameter.type,
    Overwrite: true,
  });
  const { Version = 1 } = await ssm.send(command).catch((error: unknown) => {
    throw withoutValue(error, value);
  });
  return Version;
};
