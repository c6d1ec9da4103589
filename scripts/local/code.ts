import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { nameOf } from './clients.ts';

/** All callers use a function through this alias. */
export const ALIAS = 'live';

export interface FunctionCode {
  /** Folder name of the function. */
  name: string;
  /** Path of the zip. */
  zip: string;
  /** Environment variables that replace those of Terraform, such as addresses of this start. */
  environment?: Record<string, string>;
  /** Like `environment`, but only for the variables that Terraform set for this function. */
  replaced?: Record<string, string>;
}

/**
 * Deploys code to the alias without Terraform, unless the alias has it.
 * @returns whether anything changed
 */
export const pushFunction = async (
  lambda: LambdaClient,
  update: FunctionCode,
): Promise<boolean> => {
  const FunctionName = nameOf(update.name);
  const code = readFileSync(update.zip);
  const live = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName, Qualifier: ALIAS }),
  );
  const before = live.Environment?.Variables ?? {};
  const known = Object.entries(update.replaced ?? {}).filter(
    ([name]) => before[name] !== undefined,
  );
  const after = { ...before, ...Object.fromEntries(known), ...update.environment };
  const sameCode = live.CodeSha256 === createHash('sha256').update(code).digest('base64');
  const sameEnvironment = Object.entries(after).every(([name, value]) => before[name] === value);
  if (sameCode && sameEnvironment) return false;

  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code }));
  if (!sameEnvironment) {
    const Environment = { Variables: after };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }));
  }
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(
    new UpdateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion: Version }),
  );
  if (live.Version !== undefined && live.Version !== Version) {
    await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier: live.Version }));
  }
  return true;
};
