import { inject } from 'vitest';
import type { Role } from '#lib/auth/roles.ts';
import { type LocalClients, STAGE } from '#scripts/local/clients.ts';
import { newPassword } from '#scripts/users/password.ts';
import { poolOf } from '#scripts/users/pool.ts';
import { saveUser } from '#scripts/users/save-user.ts';
import { signInAtLocal, signInBy } from '#scripts/users/sign-in.ts';
import { visitForm } from '#scripts/users/visit.ts';

export interface Person {
  email: string;
  password: string;
}

/** A user of the pool in that group, or in none. */
export const aPerson = async (
  { cognito }: Pick<LocalClients, 'cognito'>,
  role: Role | 'none',
): Promise<Person> => {
  const person = { email: `${role}-${Date.now()}@example.org`, password: newPassword() };
  const { id } = await poolOf(cognito, STAGE);
  await saveUser(cognito, id, { ...person, role });
  return person;
};

/** Access tokens by role, each signed in for with the first request. Of one scene; they last an hour. */
export const tokensFor = (clients: Pick<LocalClients, 'cognito'>) => {
  const tokens = new Map<Role | 'none', Promise<string>>();

  const signIn = async (role: Role | 'none'): Promise<string> => {
    const { email, password } = await aPerson(clients, role);
    const { clientId } = await poolOf(clients.cognito, STAGE);
    const pool = signInAtLocal(inject('platform').endpoint, clientId);
    return (await signInBy(visitForm(email, password), pool)).access_token;
  };

  return (role: Role | 'none'): Promise<string> => {
    const token = tokens.get(role) ?? signIn(role);
    tokens.set(role, token);
    return token;
  };
};
