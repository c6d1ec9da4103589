/** Creates a user, or changes the user's role: `make user EMAIL=ada@example.org ROLE=operator [STAGE=prod]`. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { command } from './command.ts';
import { localClients } from './local/clients.ts';
import { runningPlatform } from './local/running-platform.ts';
import { line } from './printable.ts';
import { REGION } from './region.ts';
import { readStage } from './stages.ts';
import { saveLocalUser } from './users/local-users.ts';
import { poolOf } from './users/pool.ts';
import { ROLE_NAMES, saveUser } from './users/save-user.ts';
import { variables } from './variables.ts';

const USAGE = `make user EMAIL=… ROLE=${ROLE_NAMES.join(', ')} [STAGE=dev, stage or prod; default: the running make dev]`;

const main = async () => {
  const given = variables();
  const { EMAIL: email = '', ROLE } = given;
  const role = ROLE_NAMES.find((name) => name === ROLE);
  if (!/^[^@\s]+@[^@\s]+$/.test(email))
    throw new Error(`EMAIL must be an e-mail address: ${USAGE}`);
  if (role === undefined) throw new Error(`ROLE must be a role: ${USAGE}`);
  const stage = readStage(given.STAGE, 'make user EMAIL=… ROLE=…');

  if (stage === undefined) {
    const { password } = await saveLocalUser(localClients(runningPlatform().endpoint), {
      email,
      role,
    });
    console.log(line`${email} is ${role} on the local platform, with the password ${password}`);
    console.log(line`a token: make token EMAIL=${email}`);
    return;
  }
  const cognito = new CognitoIdentityProviderClient({ region: REGION });
  const saved = await saveUser(cognito, (await poolOf(cognito, stage)).id, { email, role });
  console.log(line`${email} is ${role} in ${stage}: ${saved}`);
  if (saved !== 'updated')
    console.log('the user gets an invitation by mail with a temporary password, valid for 7 days');
  console.log(line`to sign in with a browser: make token STAGE=${stage}`);
};

await command(main);
