import {
  CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, it } from 'vitest';
import { poolOf } from '#scripts/users/pool.ts';
import { saveUser, type User } from '#scripts/users/save-user.ts';
import { intercept } from '#test/support/intercept.ts';

interface Known {
  status: string;
  enabled: boolean;
  groups: string[];
}

/** A pool with one user or none. `calls` are the changes of the pool. */
const setup = (known?: Known) => {
  const client = new CognitoIdentityProviderClient({ region: 'us-east-1' });
  const calls: [command: string, input: unknown][] = [];
  const groups = new Set(known?.groups);
  intercept(client, {
    service: 'cognito',
    answer: (command, input) => {
      const { GroupName = '' } = input as { GroupName?: string };
      if (command === 'AdminGetUser') {
        if (known) return { UserStatus: known.status, Enabled: known.enabled };
        throw new UserNotFoundException({ message: 'none', $metadata: {} });
      }
      if (command === 'AdminListGroupsForUser') {
        return { Groups: [...groups].map((name) => ({ GroupName: name })) };
      }
      if (command === 'AdminAddUserToGroup') groups.add(GroupName);
      if (command === 'AdminRemoveUserFromGroup') groups.delete(GroupName);
      calls.push([command, input]);
      return {};
    },
  });
  const save = (user: Partial<User> = {}) =>
    saveUser(client, 'pool-1', { email: 'ada@example.org', role: 'operator', ...user });
  return { save, calls, groups, commands: () => calls.map(([command]) => command) };
};

describe('a user', () => {
  it('who is new gets an invitation by mail and a verified address', async () => {
    const { save, calls, groups } = setup();

    expect(await save()).toBe('created');
    expect(calls[0]).toEqual([
      'AdminCreateUser',
      {
        UserPoolId: 'pool-1',
        Username: 'ada@example.org',
        UserAttributes: [
          { Name: 'email', Value: 'ada@example.org' },
          { Name: 'email_verified', Value: 'true' },
        ],
        DesiredDeliveryMediums: ['EMAIL'],
      },
    ]);
    expect([...groups]).toEqual(['operator']);
  });

  it('with a given password gets no mail and keeps the password', async () => {
    const { save, calls, commands } = setup();

    await save({ password: 'a-Password-1' });

    expect(calls[0]?.[1]).toMatchObject({ MessageAction: 'SUPPRESS' });
    expect(calls[1]?.[1]).toMatchObject({ Password: 'a-Password-1', Permanent: true });
    expect(commands()).toEqual(['AdminCreateUser', 'AdminSetUserPassword', 'AdminAddUserToGroup']);
  });

  it('who did not follow the invitation gets another one', async () => {
    const { save, calls } = setup({ status: 'FORCE_CHANGE_PASSWORD', enabled: true, groups: [] });

    expect(await save()).toBe('invited again');
    expect(calls[0]).toEqual([
      'AdminCreateUser',
      expect.objectContaining({ MessageAction: 'RESEND' }),
    ]);
  });

  it.each([
    {
      before: ['viewer'],
      role: 'admin',
      commands: ['AdminAddUserToGroup', 'AdminRemoveUserFromGroup'],
    },
    { before: ['viewer', 'admin'], role: 'admin', commands: ['AdminRemoveUserFromGroup'] },
    { before: ['admin'], role: 'admin', commands: [] },
    {
      before: ['admin', 'odd'],
      role: 'none',
      commands: ['AdminRemoveUserFromGroup', 'AdminRemoveUserFromGroup'],
    },
  ] as const)(
    'in $before gets the role $role and no other',
    async ({ before, role, ...expected }) => {
      const { save, commands, groups } = setup({
        status: 'CONFIRMED',
        enabled: true,
        groups: [...before],
      });

      expect(await save({ role })).toBe('updated');
      expect(commands()).toEqual(expected.commands);
      expect([...groups]).toEqual(role === 'none' ? [] : [role]);
    },
  );

  it('who was disabled can sign in again', async () => {
    const { save, commands } = setup({ status: 'CONFIRMED', enabled: false, groups: ['operator'] });

    await save();

    expect(commands()).toEqual(['AdminEnableUser']);
  });
});

describe('the pool of a stage', () => {
  const client = (pools: { Id: string; Name: string }[]) => {
    const cognito = new CognitoIdentityProviderClient({ region: 'us-east-1' });
    intercept(cognito, {
      service: 'cognito',
      answer: (command, input) => {
        const { NextToken } = input as { NextToken?: string };
        const page = Number(NextToken ?? 0);
        const more = page + 1 < pools.length ? { NextToken: String(page + 1) } : {};
        if (command === 'ListUserPools') return { UserPools: pools.slice(page, page + 1), ...more };
        if (command === 'DescribeUserPool') return { UserPool: { Domain: 'rez-agent-prod-1' } };
        return { UserPoolClients: [{ ClientId: 'c1', ClientName: 'rez-agent-web-client-prod' }] };
      },
    });
    return cognito;
  };
  const OTHER = { Id: 'p0', Name: 'rez-agent-users-dev' };

  it('is found by its name on every page of the list', async () => {
    const cognito = client([OTHER, { Id: 'p1', Name: 'rez-agent-users-prod' }]);

    expect(await poolOf(cognito, 'prod')).toEqual({
      id: 'p1',
      clientId: 'c1',
      loginUrl: 'https://rez-agent-prod-1.auth.us-east-1.amazoncognito.com',
    });
  });

  it('throws an error with the command to deploy when the stage was not deployed', async () => {
    await expect(poolOf(client([OTHER]), 'prod')).rejects.toThrow('make deploy STAGE=prod');
  });
});
