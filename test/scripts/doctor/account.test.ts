import { ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { healthyStage } from './healthy-stage.ts';

const stage = healthyStage();

describe('the line credentials', () => {
  it('shows who calls', async () => {
    expect(await stage.lines('credentials')).toEqual([
      { state: 'ok', name: 'credentials', text: 'arn:aws:iam::123456789012:user/ada' },
    ]);
  });

  it('is failed when AWS refuses them', async () => {
    stage.account.identityError = new Error(
      'The security token included in the request is expired',
    );

    expect(await stage.lines('credentials')).toMatchObject([
      { state: 'failed', text: expect.stringContaining('expired') },
    ]);
  });
});

describe('the line region', () => {
  it('shows where the stage is', async () => {
    expect(await stage.lines('region')).toEqual([
      { state: 'ok', name: 'region', text: 'stage dev is in us-east-1' },
    ]);
  });

  it('is failed when the stage is not deployed there', async () => {
    stage.account.lambdaError = new ResourceNotFoundException({ message: 'none', $metadata: {} });

    expect(await stage.lines('region')).toMatchObject([
      {
        state: 'failed',
        text: expect.stringContaining('there is no function rez-agent-web-api-dev'),
        fix: expect.stringContaining('AWS_REGION='),
      },
    ]);
  });
});

it('the line region is ok for the local platform, whose address has no TLS', async () => {
  stage.account.publicUrl = 'http://localhost:7070';

  expect(await stage.lines('region', { target: stage.localTarget() })).toMatchObject([
    { state: 'ok', text: 'the local platform is in us-east-1' },
  ]);
  expect(await stage.lines('region')).toMatchObject([{ state: 'failed' }]);
});

describe('the line concurrency', () => {
  it.each([50, 1_000])('is ok for %d concurrent executions', async (executions) => {
    stage.account.executions = executions;

    expect(await stage.lines('concurrency')).toEqual([
      {
        state: 'ok',
        name: 'concurrency',
        text: `${executions} concurrent executions in the account`,
      },
    ]);
  });

  it('is a warning below 50, with the advice to wait at most 5 seconds', async () => {
    stage.account.executions = 49;

    expect(await stage.lines('concurrency')).toEqual([
      {
        state: 'warning',
        name: 'concurrency',
        text: '49 concurrent executions in the account, fewer than 50, and a tool call waits up to 25 seconds',
        fix: 'set mcp_max_wait_seconds = 5 in terraform/envs/dev/main.tf; then make plan STAGE=dev and make deploy STAGE=dev',
      },
    ]);
  });

  it('is ok below 50 once the advice is followed', async () => {
    stage.account.executions = 10;
    stage.account.waitSeconds = '5';

    expect(await stage.lines('concurrency')).toMatchObject([
      { state: 'ok', text: expect.stringContaining('a tool call waits at most 5 seconds') },
    ]);
  });

  it('is failed when AWS returns no limit, or refuses', async () => {
    stage.account.executions = undefined;
    const unknown = await stage.lines('concurrency');
    stage.account.lambdaError = stage.accessDenied();
    const refused = await stage.lines('concurrency');

    expect(unknown).toMatchObject([
      { state: 'failed', text: 'not checked: AWS returned no limit' },
    ]);
    expect(refused).toMatchObject([
      { state: 'failed', text: 'not checked: User ada is not authorized' },
    ]);
  });
});

describe('the line Cognito quota', () => {
  it.each([
    [799, 'ok'],
    [800, 'warning'],
    [1_000, 'warning'],
  ])('with %d user pools is %s', async (pools, state) => {
    stage.account.pools = pools;

    expect(await stage.lines('Cognito quota')).toMatchObject([
      { state, text: expect.stringContaining(`${pools} of 1000 user pools in us-east-1`) },
    ]);
  });
});

describe('the line SSM quota', () => {
  it.each([
    [7_999, 'ok'],
    [8_000, 'warning'],
  ])('with %d parameters is %s', async (count, state) => {
    const parameters = stage.parameters();
    for (let n = parameters.size; n < count; n += 1) parameters.set(`other/${n}`, 'x');

    expect(await stage.lines('SSM quota')).toMatchObject([
      { state, text: expect.stringContaining(`${count} of 10000 parameters in us-east-1`) },
    ]);
  });

  it('is failed when AWS refuses', async () => {
    stage.ssm().failWith(stage.accessDenied());

    expect(await stage.lines('SSM quota')).toMatchObject([
      { state: 'failed', fix: expect.stringContaining('ssm:DescribeParameters') },
    ]);
  });
});
