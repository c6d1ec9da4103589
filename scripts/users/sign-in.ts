/** Signing in from a script, with the authorization code flow and PKCE, directly at the user pool. */
import { createHash, randomBytes } from 'node:crypto';
import type { SignIn } from '#lib/identity/sign-in/sign-in.ts';
import type { Tokens } from '#lib/identity/sign-in/tokens.ts';
import { signInAtPool } from '#lib/identity/sign-in/user-pool.ts';
import { line } from '#scripts/printable.ts';
import { REGION } from '#scripts/region.ts';
import type { Pool } from './pool.ts';

/** What the pool's client allows scripts to come back to; see `redirect_uris` in `terraform/envs`. */
export const REDIRECT_PORT = 8976;
export const REDIRECT_URI = `http://localhost:${REDIRECT_PORT}/callback`;

/** Lets a person sign in at the page. @returns the redirect address of the pool, with code and state */
export type Visit = (pageUrl: string) => Promise<URL>;

/** @throws Error when the visit ends without a code, or with the code of another request */
export const signInBy = async (
  visit: Visit,
  signIn: Pick<SignIn, 'pageUrl' | 'exchange'>,
): Promise<Tokens> => {
  const codeVerifier = randomBytes(48).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const state = randomBytes(24).toString('base64url');
  const landed = await visit(signIn.pageUrl({ redirectUri: REDIRECT_URI, state, codeChallenge }));
  const { code, error, error_description, ...given } = Object.fromEntries(landed.searchParams);
  if (given.state !== state)
    throw new Error('the sign-in that ended was not the one that this command started; try again');
  if (code === undefined)
    throw new Error(line`not signed in: ${error_description ?? error ?? 'no code'}`);
  return signIn.exchange({ code, redirectUri: REDIRECT_URI, codeVerifier });
};

/** Signs in at the user pool of a stage in AWS. */
export const signInAtAws = ({ loginUrl, clientId }: Pool): SignIn =>
  signInAtPool({
    loginUrl,
    poolUrl: `https://cognito-idp.${REGION}.amazonaws.com`,
    clientId,
    localOrigins: [],
  });

/** Signs in at the local AWS, which serves everything at one address. */
export const signInAtLocal = (endpoint: string, clientId: string): SignIn =>
  signInAtPool({ loginUrl: endpoint, poolUrl: endpoint, clientId, localOrigins: [endpoint] });
