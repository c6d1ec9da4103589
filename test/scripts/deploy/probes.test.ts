import { LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { functionNames } from '#scripts/build.ts';
import { PROBES, probeVersions } from '#scripts/deploy/probes.ts';
import { intercept } from '#test/support/intercept.ts';

const GOOD: Record<string, unknown> = {
  ...{ authorizer: { isAuthorized: false }, sweeper: null },
  ...{ mcp: { statusCode: 200 }, web: { statusCode: 200 }, 'web-api': { statusCode: 200 } },
  ...{ notification: { batchItemFailures: [] }, processor: { batchItemFailures: [] } },
  ...{ scheduler: { batchItemFailures: [] }, 'web-action': { batchItemFailures: [] } },
};

/** Probes version 7 of every function, which responds as `responses` says. */
const probe = (responses: Record<string, unknown>, FunctionError?: string) => {
  const client = new LambdaClient({ region: 'us-east-1' });
  const called: string[] = [];
  intercept(client, {
    service: 'lambda',
    answer: (_command, input) => {
      const { FunctionName = '', Qualifier = '' } = input as Record<string, string>;
      const name = FunctionName.replace(/^rez-agent-(.+)-prod$/, '$1');
      called.push(`${name} ${Qualifier}`);
      const Payload = { transformToString: () => JSON.stringify(responses[name] ?? null) };
      return { Payload, ...(FunctionError === undefined ? {} : { FunctionError }) };
    },
  });
  const versions = Object.fromEntries(Object.keys(responses).map((name) => [name, '7']));
  return { problems: probeVersions(client, 'prod', versions), called };
};

describe('the probes', () => {
  it('exist for every function, and call the version by its number', async () => {
    expect(Object.keys(PROBES)).toEqual(functionNames());

    const { problems, called } = probe(GOOD);

    expect(await problems).toEqual([]);
    expect(called.toSorted()).toEqual(functionNames().map((name) => `${name} 7`));
  });

  it.for<[string, unknown, string]>([
    ['authorizer', { isAuthorized: true }, 'a request without a token is not refused'],
    ['web-api', { statusCode: 500 }, 'GET /api/health responds with 500'],
    ['web', {}, 'GET / responds with undefined'],
    ['mcp', null, 'GET /.well-known/oauth-protected-resource/mcp responds with undefined'],
    ['processor', { batchItemFailures: [{}] }, 'an empty batch has failures'],
    ['scheduler', null, 'an empty batch has failures'],
  ])('find a wrong response of %s', async ([name, response, problem]) => {
    const { problems } = probe({ [name]: response });

    expect(await problems).toEqual([`${name} version 7: ${problem}`]);
  });

  it('find a function that fails, and one without a probe', async () => {
    const failing = probe({ sweeper: { errorMessage: 'STAGE is missing' } }, 'Unhandled');
    const unknown = probe({ other: null });

    expect(await failing.problems).toEqual([
      'sweeper version 7: the call failed: STAGE is missing',
    ]);
    expect(await unknown.problems).toEqual([
      'other version 7: no probe in scripts/deploy/probes.ts',
    ]);
  });
});
