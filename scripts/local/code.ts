import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  type GetFunctionConfigurationCommandOutput,
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
 * Deploys code to the alias without Terraform, unless the alias has it. The new version has the settings that Terraform
 * applied last, because Terraform publishes a version for new settings, but does not move the alias.
 * @returns whether anything changed
 */
export const pushFunction = async (
  lambda: LambdaClient,
  update: FunctionCode,
): Promise<boolean> => {
  const FunctionName = nameOf(update.name);
  const code = readFileSync(update.zip);
  const [latest, live] = await Promise.all([
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName })),
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: ALIAS })),
  ]);
  const before = latest.Environment?.Variables ?? {};
  const known = Object.entries(update.replaced ?? {}).filter(
    ([name]) => before[name] !== undefined,
  );
  const after = { ...before, ...Object.fromEntries(known), ...update.environment };
  const CodeSha256 = createHash('sha256').update(code).digest('base64');
  const wanted = { ...latest, CodeSha256, Environment: { Variables: after } };
  if (isDeepStrictEqual(settingsOf(live), settingsOf(wanted))) return false;

  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code }));
  if (!isDeepStrictEqual(before, after)) {
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

/** What a version has of its own, and what of it Terraform changes. */
const settingsOf = (version: GetFunctionConfigurationCommandOutput) => ({
  code: version.CodeSha256,
  environment: { ...version.Environment?.Variables },
  memory: version.MemorySize,
  timeout: version.Timeout,
  tracing: version.TracingConfig?.Mode,
});
