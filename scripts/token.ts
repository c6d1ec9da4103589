/** Prints an access token and nothing else: `make -s token [EMAIL=…] [STAGE=…]`. It is valid for an hour. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { command } from './command.ts';
import { localClients } from './local/clients.ts';
import { runningPlatform } from './local/running-platform.ts';
import { localToken } from './users/local-users.ts';
import { poolOf, REGION } from './users/pool.ts';
import { signInAtAws, signInBy } from './users/sign-in.ts';
import { visitPage } from './users/visit.ts';
import { variables } from './variables.ts';

const token = async (): Promise<string> => {
  const { EMAIL, STAGE = '' } = variables();
  if (STAGE === '') {
    const { endpoint } = runningPlatform();
    return localToken(localClients(endpoint), { endpoint, ...(EMAIL ? { email: EMAIL } : {}) });
  }
  if (!['dev', 'stage', 'prod'].includes(STAGE)) {
    throw new Error(
      'STAGE must be a stage: make token STAGE=dev, stage or prod; default: the running make dev',
    );
  }
  const pool = await poolOf(new CognitoIdentityProviderClient({ region: REGION }), STAGE);
  return (await signInBy(visitPage(), signInAtAws(pool))).access_token;
};

await command(async () => console.log(await token()));
