import { describe, expect, it } from 'vitest';
import { allows, type Required, ROLES, rolesOf } from '#lib/identity/roles.ts';

describe('rolesOf', () => {
  it.each([
    { groups: [], roles: [] },
    { groups: ['admin', 'viewer'], roles: ['viewer', 'admin'] },
    { groups: ['Admin', 'administrators', 'us-east-1_Google', '__proto__'], roles: [] },
    { groups: ['operator', 'operator'], roles: ['operator'] },
  ])('makes of the groups $groups the roles $roles', ({ groups, roles }) => {
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
  ] as const)('lets $roles do what asks for $may, and nothing else (F62)', ({ roles, may }) => {
    const all: Required[] = ['user', ...ROLES];

    expect(all.filter((required) => allows(roles, required))).toEqual([...may]);
  });

  it.each(['root', 'Viewer', '', 'public', undefined])('lets nobody do what asks for %j', (odd) => {
    expect(allows(ROLES, odd as Required)).toBe(false);
  });
});
