import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** The environment variables of the live version of a function. */
export const functionVariables = async (
  lambda: Pick<LambdaClient, 'send'>,
  name: string,
  stage: string,
): Promise<Readonly<Record<string, string>>> => {
  const FunctionName = `rez-agent-${name}-${stage}`;
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }),
  );
  return Environment?.Variables ?? {};
};
