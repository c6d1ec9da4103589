import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';

/**
 * The address of a stage in AWS, without a path, as its functions know it. Terraform's state has it too, but is in a
 * bucket whose name a command does not know.
 * @throws Error that says what to do when the stage has none
 */
export const stageAddress = async (
  lambda: Pick<LambdaClient, 'send'>,
  stage: string,
): Promise<string> => {
  const FunctionName = `rez-agent-web-api-${stage}`;
  const { Environment } = await lambda
    .send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'live' }))
    .catch((cause: unknown) => {
      if (!(cause instanceof ResourceNotFoundException)) throw cause;
      throw new Error(
        `there is no function ${FunctionName}: deploy the stage first, make deploy STAGE=${stage}`,
        { cause },
      );
    });
  const address = Environment?.Variables?.PUBLIC_URL ?? '';
  if (/^https:\/\/[^/]+$/.test(address)) return address;
  throw new Error(`the function ${FunctionName} has no PUBLIC_URL: deploy the stage again`);
};
