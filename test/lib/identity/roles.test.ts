import { describe, expect, it } from 'vitest';
import { allows, type RequiredRole, ROLES, rolesOf } from '#lib/identity/roles.ts';

describe('rolesOf', () => {
  it.each([
    { groups: [], roles: [] },
    { groups: ['admin', 'viewer'], roles: ['viewer', 'admin'] },
    { groups: ['Admin', 'administrators', 'us-east-1_Google', '__proto__'], roles: [] },
    { groups: ['operator', 'operator'], roles: ['operator'] },
  ])('returns for the groups $groups the roles $roles', ({ groups, roles }) => {
    expect(rolesOf(groups)).toEqual(roles);
  });
});

describe('allows', () => {
  it.each([
    { roles: [], may: ['user'] },
    { roles: ['viewer'], may: ['user', 'viewer'] },
    { roles: ['operator'], may: ['user', 'viewer', 'operator'] },
    { roles: ['admin'], may: ['user', 'viewer', 'operator', 'admin'] },
    { roles: ['viewer', 'admin'], may: ['user', 'viewer', 'operator', 'admin'] },
  ] as const)(
    'is true for $roles with the requirements $may, and false with all others (F62)',
    ({ roles, may }) => {
      const all: RequiredRole[] = ['user', ...ROLES];

      expect(all.filter((required) => allows(roles, required))).toEqual([...may]);
    },
  );

  it.each(['root', 'Viewer', '', 'public', undefined])(
    'is false for every role with the requirement %j',
    (odd) => {
      expect(allows(ROLES, odd as RequiredRole)).toBe(false);
    },
  );
});
