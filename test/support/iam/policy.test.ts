import { describe, expect, it } from 'vitest';
import { permissionsIn, permits, type State } from './policy.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/rows';
const READ = { Sid: 'Read', Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE };

const managed = (type: string, attributes: Record<string, unknown>) => ({
  mode: 'managed',
  type,
  instances: [{ attributes }],
});

/** One function and the policy of its role. */
const aState = (...Statement: object[]): State => ({
  resources: [
    managed('aws_lambda_function', {
      function_name: 'rez-agent-web-api-dev',
      role: 'arn:aws:iam::000000000000:role/rez-agent-web-api-dev',
    }),
    managed('aws_iam_role_policy', {
      role: 'rez-agent-web-api-dev',
      policy: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
    managed('aws_iam_role_policy', { role: 'somebody-else', policy: '{ "Statement": [] }' }),
  ],
});

describe('the permissions that are read from a Terraform state', () => {
  it('have one action and one resource each, with the function and the statement id', () => {
    const state = aState({
      ...READ,
      Action: ['dynamodb:GetItem', 'dynamodb:Query'],
      Resource: [TABLE, `${TABLE}/index/a`],
    });

    const permissions = permissionsIn(state);

    expect(permissions).toHaveLength(4);
    expect(permissions.at(-1)).toEqual({
      ...{ name: 'web-api', why: 'Read', action: 'dynamodb:Query' },
      ...{ resource: `${TABLE}/index/a`, onlyIf: {} },
    });
  });

  it('name a secret without the random end of its ARN, as calls do', () => {
    const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:rez-agent/golf-dev';
    const read = { ...READ, Action: 'secretsmanager:GetSecretValue', Resource: `${arn}-a1B2c3` };

    const [permission] = permissionsIn(aState(read));

    expect(permission?.resource).toBe(`${arn}-??????`);
  });

  it.each([
    { says: 'a denial', statement: { ...READ, Effect: 'Deny' } },
    { says: 'everything but an action', statement: { ...READ, NotAction: 'dynamodb:Scan' } },
    {
      says: 'a condition of another operator',
      statement: { ...READ, Condition: { StringLike: { 'aws:SourceIp': '10.*' } } },
    },
  ])('are not read from $says, which throws an error', ({ statement }) => {
    expect(() => permissionsIn(aState(statement))).toThrow('is not understood');
  });

  it('are not read from a policy that is attached elsewhere, which throws an error', () => {
    const state = aState(READ);
    state.resources.push(managed('aws_iam_role_policy_attachment', {}));

    expect(() => permissionsIn(state)).toThrow('attached');
  });
});

describe('a permission', () => {
  const call = { action: 'dynamodb:GetItem', resource: TABLE, context: {} };
  const permission = { action: 'dynamodb:GetItem', resource: TABLE, onlyIf: {} };
  const passing = { onlyIf: { 'iam:PassedToService': ['scheduler.amazonaws.com'] } };

  it.each([
    { covers: true, what: 'what it names', permission },
    {
      covers: false,
      what: 'another action',
      permission: { ...permission, action: 'dynamodb:Get' },
    },
    {
      covers: false,
      what: 'an index',
      permission: { ...permission, resource: `${TABLE}/index/*` },
    },
    {
      covers: true,
      what: 'a pattern',
      permission: { ...permission, resource: 'arn:*:table/r?ws' },
    },
    {
      covers: false,
      what: 'a dot as any character',
      permission: { ...permission, action: 'dynamodb.GetItem' },
    },
    { covers: false, what: 'a condition unmet', permission: { ...permission, ...passing } },
  ])('allows $what: $covers', ({ covers, permission: tried }) => {
    expect(permits(tried, call)).toBe(covers);
  });

  it('with a condition allows only a request that meets it', () => {
    const to = (service: string) => ({ ...call, context: { 'iam:PassedToService': service } });
    const conditional = { ...permission, ...passing };

    expect(permits(conditional, to('scheduler.amazonaws.com'))).toBe(true);
    expect(permits(conditional, to('lambda.amazonaws.com'))).toBe(false);
  });
});
