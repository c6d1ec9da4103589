/** Signing in from a script: the same code with PKCE as a browser's, without our API in between. */
import { createHash, randomBytes } from 'node:crypto';
import type { SignIn } from '#lib/identity/sign-in/sign-in.ts';
import type { Tokens } from '#lib/identity/sign-in/tokens.ts';
import { signInAtPool } from '#lib/identity/sign-in/user-pool.ts';
import { line } from '#scripts/printable.ts';
import { type Pool, REGION } from './pool.ts';

/** What the pool's client allows scripts to come back to; see `redirect_uris` in `terraform/envs`. */
export const REDIRECT_PORT = 8976;
export const REDIRECT_URI = `http://localhost:${REDIRECT_PORT}/callback`;

/** Has somebody sign in at a page. @returns the address that the pool then leads to, code and state included */
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
  if (given.state !== state) throw new Error('somebody else’s sign-in came back: try again');
  if (code === undefined)
    throw new Error(line`not signed in: ${error_description ?? error ?? 'no code'}`);
  return signIn.exchange({ code, redirectUri: REDIRECT_URI, codeVerifier });
};

/** Of a stage in AWS. */
export const signInAtAws = ({ loginUrl, clientId }: Pool): SignIn =>
  signInAtPool({
    loginUrl,
    poolUrl: `https://cognito-idp.${REGION}.amazonaws.com`,
    clientId,
    localOrigins: [],
  });

/** Of the local AWS, which serves everything at one address. */
export const signInAtLocal = (endpoint: string, clientId: string): SignIn =>
  signInAtPool({ loginUrl: endpoint, poolUrl: endpoint, clientId, localOrigins: [endpoint] });
