import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import { ROLES, type Role } from '#lib/identity/roles.ts';

export interface User {
  email: string;
  /** The only group that the user is in afterwards. `none` removes every role. */
  role: Role | 'none';
  /** A permanent password, without an invitation. Without it, the pool sends an invitation with a temporary password. */
  password?: string;
}

/** What was done. A user who never followed the invitation gets another one. */
export type Saved = 'created' | 'invited again' | 'updated';

export const ROLE_NAMES = [...ROLES, 'none'] as const;

/** Creates a user, or updates one to this state. Safe to repeat. */
export const saveUser = async (
  cognito: Pick<CognitoIdentityProviderClient, 'send'>,
  UserPoolId: string,
  { email, role, password }: User,
): Promise<Saved> => {
  const who = { UserPoolId, Username: email };
  const found = await cognito.send(new AdminGetUserCommand(who)).catch((error: unknown) => {
    if (error instanceof UserNotFoundException) return undefined;
    throw error;
  });
  const isWaiting = found?.UserStatus === 'FORCE_CHANGE_PASSWORD';
  const saved = found === undefined ? 'created' : isWaiting ? 'invited again' : 'updated';

  if (found === undefined || (isWaiting && password === undefined)) {
    const create = new AdminCreateUserCommand({
      ...who,
      ...(found === undefined ? { UserAttributes: attributesOf(email) } : {}),
      ...invitation(found !== undefined, password),
    });
    await cognito.send(create);
  } else if (found.Enabled === false) {
    await cognito.send(new AdminEnableUserCommand(who));
  }
  if (password !== undefined) {
    const set = { ...who, Password: password, Permanent: true };
    await cognito.send(new AdminSetUserPasswordCommand(set));
  }
  await setGroup(cognito, who, role);
  return saved;
};

const attributesOf = (email: string) => [
  { Name: 'email', Value: email },
  { Name: 'email_verified', Value: 'true' },
];

const invitation = (isAnother: boolean, password: string | undefined) => {
  if (password !== undefined) return { MessageAction: 'SUPPRESS' as const };
  const mailed = { DesiredDeliveryMediums: ['EMAIL' as const] };
  return isAnother ? { ...mailed, MessageAction: 'RESEND' as const } : mailed;
};

/** Adds the new group before it removes the others, so that the user always has the old or the new role. */
const setGroup = async (
  cognito: Pick<CognitoIdentityProviderClient, 'send'>,
  who: { UserPoolId: string; Username: string },
  role: User['role'],
) => {
  const { Groups = [] } = await cognito.send(new AdminListGroupsForUserCommand(who));
  const present = Groups.map(({ GroupName = '' }) => GroupName);
  if (role !== 'none' && !present.includes(role)) {
    await cognito.send(new AdminAddUserToGroupCommand({ ...who, GroupName: role }));
  }
  for (const GroupName of present.filter((name) => name !== role)) {
    await cognito.send(new AdminRemoveUserFromGroupCommand({ ...who, GroupName }));
  }
};
