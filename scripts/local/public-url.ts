import {
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { OAUTH_CALLBACK_PATH } from '#lib/identity/oauth/callback-path.ts';
import { redirectUris } from '#lib/identity/sign-in/redirect-uris.ts';
import { poolClientId, poolOf } from '#scripts/users/pool.ts';
import { type LocalClients, nameOf, STAGE } from './clients.ts';
import { ALIAS } from './code.ts';

/**
 * Sets the callback URLs of both clients of the user pool to this address, so that another `PORT` does not need Terraform.
 */
export const allowReturnTo = async (
  { cognito, lambda }: Pick<LocalClients, 'cognito' | 'lambda'>,
  publicUrl: string,
): Promise<void> => {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: nameOf('web-api'), Qualifier: ALIAS }),
  );
  const ofStage = (Environment?.Variables?.REDIRECT_URIS ?? '').split(',').filter(Boolean);
  const { id: UserPoolId, clientId } = await poolOf(cognito, STAGE);
  const mcpClientId = await poolClientId(cognito, { id: UserPoolId, stage: STAGE, client: 'mcp' });
  await returnTo(redirectUris(ofStage, publicUrl), cognito, { UserPoolId, ClientId: clientId });
  await returnTo([`${publicUrl}${OAUTH_CALLBACK_PATH}`], cognito, {
    UserPoolId,
    ClientId: mcpClientId,
  });
};

/** Sets the callback URLs of a client, unless it has them. */
const returnTo = async (
  wanted: string[],
  cognito: LocalClients['cognito'],
  client: { UserPoolId: string; ClientId: string | undefined },
) => {
  const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand(client));
  const { LastModifiedDate, CreationDate, ClientSecret, ...settings } = UserPoolClient ?? {};
  const present = new Set(settings.CallbackURLs);
  if (present.size === wanted.length && wanted.every((uri) => present.has(uri))) return;
  // An update resets every setting that it omits.
  await cognito.send(
    new UpdateUserPoolClientCommand({
      ...settings,
      ...{ ...client, CallbackURLs: wanted, LogoutURLs: wanted },
    }),
  );
};
