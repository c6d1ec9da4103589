import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { REGION } from '#scripts/region.ts';

/**
 * Gives this process the environment of the function `web-api`, so that modules of `lib` that are imported afterwards work
 * on the stage, with the credentials of the caller.
 */
export const useStageEnvironment = async (
  lambda: Pick<LambdaClient, 'send'>,
  stage: string,
): Promise<void> => {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({
      FunctionName: `rez-agent-web-api-${stage}`,
      Qualifier: 'live',
    }),
  );
  // The addresses and credentials of AWS are those of the caller.
  const variables = Object.entries(Environment?.Variables ?? {}).filter(
    ([name]) => !/^(AWS|NODE)_/.test(name),
  );
  // The output of the command is for people. Only errors of `lib` are shown.
  Object.assign(process.env, Object.fromEntries(variables), {
    AWS_REGION: REGION,
    LOG_LEVEL: 'error',
  });
};
