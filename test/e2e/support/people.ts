import type { Role } from '#lib/identity/roles.ts';
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

/** Create a user of the pool in that group, or in none. */
export const aPerson = async (
  { cognito }: Pick<LocalClients, 'cognito'>,
  role: Role | 'none',
): Promise<Person> => {
  const person = { email: `${role}-${Date.now()}@example.org`, password: newPassword() };
  const { id } = await poolOf(cognito, STAGE);
  await saveUser(cognito, id, { ...person, role });
  return person;
};

export interface Caller {
  /** The user as in `created_by`. */
  name: string;
  token: string;
  /** The headers of the user's requests. */
  headers: { Authorization: string };
}

/** A user of a role, who is signed in at the first request for the role. The token is valid for an hour. */
export type SignedIn = (role: Role | 'none') => Promise<Caller>;

export const signedInAt = (clients: Pick<LocalClients, 'cognito'>, endpoint: string): SignedIn => {
  const callers = new Map<Role | 'none', Promise<Caller>>();

  const signIn = async (role: Role | 'none'): Promise<Caller> => {
    const { email, password } = await aPerson(clients, role);
    const { clientId } = await poolOf(clients.cognito, STAGE);
    const pool = signInAtLocal(endpoint, clientId);
    const { access_token: token } = await signInBy(visitForm(email, password), pool);
    const { username } = claimsOf(token);
    return { name: `user:${username}`, token, headers: { Authorization: `Bearer ${token}` } };
  };

  return (role) => {
    const caller = callers.get(role) ?? signIn(role);
    callers.set(role, caller);
    return caller;
  };
};

interface Claims {
  username: string;
  'cognito:groups'?: string[];
  scope: string;
}

/** The claims of a token, which are not verified here. */
export const claimsOf = (token: string): Claims =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
