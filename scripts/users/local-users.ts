import type { LocalClients } from '#scripts/local/clients.ts';
import { STAGE } from '#scripts/local/clients.ts';
import { line } from '#scripts/printable.ts';
import { newPassword } from './password.ts';
import { FIRST_ADMIN, keepPassword, passwordOf } from './passwords.ts';
import { poolOf } from './pool.ts';
import { saveUser, type User } from './save-user.ts';
import { signInAtLocal, signInBy } from './sign-in.ts';
import { visitForm } from './visit.ts';

export interface LocalUser {
  email: string;
  password: string;
  /** Whether the password was created by this call. */
  isNew: boolean;
}

/** Creates or updates a user of the local AWS. A password that exists is kept. */
export const saveLocalUser = async (
  { cognito }: Pick<LocalClients, 'cognito'>,
  { email, role }: Pick<User, 'email' | 'role'>,
  file?: string,
): Promise<LocalUser> => {
  const known = passwordOf(email, file);
  const password = known ?? newPassword();
  const { id } = await poolOf(cognito, STAGE);
  await saveUser(cognito, id, { email, role, password });
  if (known === undefined) keepPassword(email, password, file);
  return { email, password, isNew: known === undefined };
};

/** An access token of the local AWS, without a browser. */
export const localToken = async (
  { cognito }: Pick<LocalClients, 'cognito'>,
  { endpoint, email = FIRST_ADMIN, file }: { endpoint: string; email?: string; file?: string },
): Promise<string> => {
  const password = passwordOf(email, file);
  if (password === undefined) {
    throw new Error(
      line`${email} was not created on this machine: make user EMAIL=${email} ROLE=viewer`,
    );
  }
  const { clientId } = await poolOf(cognito, STAGE);
  const signIn = signInAtLocal(endpoint, clientId);
  return (await signInBy(visitForm(email, password), signIn)).access_token;
};
