import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { REGION } from '#scripts/region.ts';
import { poolOf } from './pool.ts';
import { signInAtAws, signInBy } from './sign-in.ts';
import { visitPage } from './visit.ts';

/** An access token of a stage in AWS. The person signs in with the browser. */
export const stageToken = async (stage: string): Promise<string> => {
  const pool = await poolOf(new CognitoIdentityProviderClient({ region: REGION }), stage);
  return (await signInBy(visitPage(), signInAtAws(pool))).access_token;
};
