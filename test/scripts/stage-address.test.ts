import { LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { stageAddress } from '#scripts/stage-address.ts';
import { intercept } from '#test/support/intercept.ts';

/** A Lambda service whose only function has these variables. */
const setup = (name: string, variables: Record<string, string> | undefined) => {
  const client = new LambdaClient({ region: 'us-east-1' });
  intercept(client, {
    service: 'lambda',
    answer: (_, input) => {
      const { FunctionName, Qualifier } = input as Record<string, string>;
      if (FunctionName !== name || Qualifier !== 'live') {
        throw new ResourceNotFoundException({ message: 'Function not found', $metadata: {} });
      }
      return variables === undefined ? {} : { Environment: { Variables: variables } };
    },
  });
  return client;
};

describe('the address of a stage', () => {
  it('is the one that its functions have', async () => {
    const PUBLIC_URL = 'https://abc.execute-api.us-east-1.amazonaws.com';
    const lambda = setup('rez-agent-web-api-prod', { PUBLIC_URL });

    expect(await stageAddress(lambda, 'prod')).toBe(PUBLIC_URL);
  });

  it('is missing until the stage is deployed', async () => {
    const lambda = setup('rez-agent-web-api-prod', {});

    await expect(stageAddress(lambda, 'stage')).rejects.toThrow(
      'there is no function rez-agent-web-api-stage: deploy the stage first, make deploy STAGE=stage',
    );
  });

  it.each([
    undefined,
    {},
    { PUBLIC_URL: '' },
    { PUBLIC_URL: 'http://example.org' },
    { PUBLIC_URL: 'https://example.org/x' },
  ])('is never the variables %j, because the token would go there', async (variables) => {
    const lambda = setup('rez-agent-web-api-dev', variables);

    await expect(stageAddress(lambda, 'dev')).rejects.toThrow('has no PUBLIC_URL');
  });
});
