import {
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { redirectUris } from '#lib/identity/sign-in/redirect-uris.ts';
import { poolOf } from '#scripts/users/pool.ts';
import { type LocalClients, nameOf, STAGE } from './clients.ts';
import { ALIAS } from './code.ts';

/**
 * Adds the callback URLs of this address to the client of the user pool, so that another `PORT` does not need Terraform.
 */
export const allowReturnTo = async (
  { cognito, lambda }: Pick<LocalClients, 'cognito' | 'lambda'>,
  publicUrl: string,
): Promise<void> => {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: nameOf('web-api'), Qualifier: ALIAS }),
  );
  const ofStage = (Environment?.Variables?.REDIRECT_URIS ?? '').split(',').filter(Boolean);
  const wanted = redirectUris(ofStage, publicUrl);
  const { id: UserPoolId, clientId: ClientId } = await poolOf(cognito, STAGE);
  const { UserPoolClient } = await cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId, ClientId }),
  );
  const { LastModifiedDate, CreationDate, ClientSecret, ...settings } = UserPoolClient ?? {};
  const present = new Set(settings.CallbackURLs);
  if (present.size === wanted.length && wanted.every((uri) => present.has(uri))) return;
  // An update resets every setting that it omits.
  await cognito.send(
    new UpdateUserPoolClientCommand({
      ...settings,
      ...{ UserPoolId, ClientId, CallbackURLs: wanted, LogoutURLs: wanted },
    }),
  );
};
