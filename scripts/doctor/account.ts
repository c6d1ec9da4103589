/** Who calls, where the stage is, and how many functions can run at the same time. */
import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { stageAddress } from '#scripts/stage-address.ts';
import type { Check, CheckLine } from './check.ts';
import { functionVariables } from './function-variables.ts';
import type { DoctorTarget } from './target.ts';

/** Below this, tool calls that wait for a message can use up the account. Concurrent executions. */
const FEW_EXECUTIONS = 50;
/** The wait of a tool call that such an account can afford. Seconds. */
const SHORT_WAIT_SECONDS = 5;

export const credentialsCheck = (sts: Pick<STSClient, 'send'>): Check => ({
  name: 'credentials',
  fix: 'aws sts get-caller-identity; then set AWS_PROFILE, or sign in: aws sso login',
  run: async () => {
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (Arn === undefined) throw new Error('AWS returned no identity');
    return [{ state: 'ok', name: 'credentials', text: Arn }];
  },
});

export const regionCheck = (
  lambda: Pick<LambdaClient, 'send'>,
  { stage, label, region, isLocal }: DoctorTarget,
): Check => ({
  name: 'region',
  fix: `AWS_REGION=<region of the stage> make doctor STAGE=${stage}; or make plan STAGE=${stage} and make deploy STAGE=${stage}`,
  run: async () => {
    if (!isLocal) await stageAddress(lambda, stage);
    return [{ state: 'ok', name: 'region', text: `${label} is in ${region}` }];
  },
});

export const concurrencyCheck = (
  lambda: Pick<LambdaClient, 'send'>,
  { stage, call }: DoctorTarget,
): Check => ({
  name: 'concurrency',
  fix: `${call} with credentials that may call lambda:GetAccountSettings and lambda:GetFunctionConfiguration`,
  run: async () => {
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
    const executions = AccountLimit?.ConcurrentExecutions;
    if (executions === undefined) throw new Error('AWS returned no limit');
    const text = `${executions} concurrent executions in the account`;
    if (executions >= FEW_EXECUTIONS) return [concurrencyLine({ state: 'ok', text })];
    const { MCP_MAX_WAIT_SECONDS } = await functionVariables(lambda, 'mcp', stage);
    const waitSeconds = Number(MCP_MAX_WAIT_SECONDS);
    return [
      waitSeconds <= SHORT_WAIT_SECONDS
        ? concurrencyLine({
            state: 'ok',
            text: `${text}, and a tool call waits at most ${waitSeconds} seconds`,
          })
        : concurrencyLine({
            state: 'warning',
            text: `${text}, fewer than ${FEW_EXECUTIONS}, and a tool call waits up to ${waitSeconds} seconds`,
            fix: `set mcp_max_wait_seconds = ${SHORT_WAIT_SECONDS} in terraform/envs/${stage}/main.tf; then make plan STAGE=${stage} and make deploy STAGE=${stage}`,
          }),
    ];
  },
});

const concurrencyLine = (line: Omit<CheckLine, 'name'>): CheckLine => ({
  name: 'concurrency',
  ...line,
});
