import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  paginateListUserPoolClients,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import { REGION } from '#scripts/region.ts';

/** The deployed user pool of a stage. */
export interface Pool {
  id: string;
  /** The client of the API. */
  clientId: string;
  /** Base address of the sign-in pages in AWS. The local AWS serves the pages at its own address. */
  loginUrl: string;
}

type Client = Pick<CognitoIdentityProviderClient, 'send' | 'config'>;

/** @throws Error that says what to do when the stage has none */
export const poolOf = async (cognito: Client, stage: string): Promise<Pool> => {
  const client = cognito as CognitoIdentityProviderClient;
  const name = `rez-agent-users-${stage}`;
  const id = await firstOf(paginateListUserPools({ client }, { MaxResults: 60 }), ({ UserPools }) =>
    UserPools?.find(({ Name }) => Name === name),
  ).then((pool) => pool?.Id);
  if (id === undefined) {
    throw new Error(
      `there is no user pool ${name}: deploy the stage first, make deploy STAGE=${stage}`,
    );
  }
  const clientId = await poolClientId(cognito, { id, stage, client: 'web' });
  const { UserPool } = await cognito.send(new DescribeUserPoolCommand({ UserPoolId: id }));
  if (clientId === undefined || UserPool?.Domain === undefined) {
    throw new Error(
      `the user pool ${name} has no client or no sign-in pages: deploy the stage again`,
    );
  }
  const loginUrl = `https://${UserPool.Domain}.auth.${REGION}.amazoncognito.com`;
  return { id, clientId, loginUrl };
};

/** The id of a client of a pool: `mcp` for the MCP server, `web` for everything else. */
export const poolClientId = async (
  cognito: Client,
  { id, stage, client }: { id: string; stage: string; client: 'mcp' | 'web' },
): Promise<string | undefined> => {
  const name = `rez-agent-${client}-client-${stage}`;
  const found = await firstOf(
    paginateListUserPoolClients(
      { client: cognito as CognitoIdentityProviderClient },
      { UserPoolId: id, MaxResults: 60 },
    ),
    ({ UserPoolClients }) => UserPoolClients?.find(({ ClientName }) => ClientName === name),
  );
  return found?.ClientId;
};

const firstOf = async <Page, Found>(
  pages: AsyncIterable<Page>,
  find: (page: Page) => Found | undefined,
): Promise<Found | undefined> => {
  for await (const page of pages) {
    const found = find(page);
    if (found !== undefined) return found;
  }
  return undefined;
};
