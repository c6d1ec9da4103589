import { jwtVerify, SignJWT } from 'jose';
import { SECOND_MS } from '#lib/platform/clock.ts';
import type { TakeFault } from '#scripts/local/service/fault-switches.ts';
import { type Random, randomUuid } from '#scripts/local/service/random-id.ts';
import type { GolfFault } from './golf-faults.ts';
import { golfRefusalError, unauthorizedRefusalError } from './golf-refusal.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { SiteAccount, SiteCourse } from './site-course.ts';

export interface TokenOptions {
  course: SiteCourse;
  accounts: readonly SiteAccount[];
  keys: SigningKeys;
  faults: TakeFault<GolfFault>;
  random: Random;
  now: () => number;
}

export const TOKEN_SECONDS = 3_600;
/** The API asks for this scope. */
const API_SCOPE = 'onlinereservation';
const BEARER = /^Bearer (\S+)$/;

/** Issues and verifies the access tokens of a site. */
export const accessTokens = ({ course, accounts, keys, faults, random, now }: TokenOptions) => {
  const issued = new Set<string>();

  const sign = async (issuer: string, account: SiteAccount, scopes: string[]): Promise<string> => {
    const nowS = Math.floor(now() / SECOND_MS);
    const startS = faults.take('tokens are expired') ? nowS - 2 * TOKEN_SECONDS : nowS;
    const isForeign = faults.take('tokens of another key');
    const { kid, privateKey } = await (isForeign ? keys.unpublished() : keys.current());
    const golfer = faults.take('tokens without golferId')
      ? {}
      : { golferId: `${account.golferId}` };
    const jti = randomUuid(random);
    issued.add(jti);
    return new SignJWT({
      client_id: course.clientId,
      sub: `${account.golferId}`,
      auth_time: startS,
      idp: 'local',
      ...golfer,
      acct: account.acct,
      email: account.email,
      scope: scopes,
      amr: ['pwd'],
    })
      .setProtectedHeader({ alg: 'RS256', kid, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(`${issuer}/resources`)
      .setJti(jti)
      .setIssuedAt(startS)
      .setNotBefore(startS)
      .setExpirationTime(startS + TOKEN_SECONDS)
      .sign(privateKey);
  };

  /** The golfer whose token a request carries. @throws GolfRefusal 401, 403 */
  const requireGolfer = async (authorization = '', issuer: string): Promise<SiteAccount> => {
    if (faults.take('refuses tokens')) throw unauthorizedRefusalError('the fault refuses tokens');
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw unauthorizedRefusalError('there is no bearer token');
    const published = await keys.published();
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => published.find((key) => key.kid === kid)?.publicKey ?? neverKnown(),
      { algorithms: ['RS256'], issuer, currentDate: new Date(now()) },
    ).catch((error: Error) => {
      throw unauthorizedRefusalError(`the token is not valid: ${error.message}`);
    });
    const account = accounts.find(({ golferId }) => `${golferId}` === payload.golferId);
    if (account === undefined || !issued.has(payload.jti ?? '')) {
      throw unauthorizedRefusalError('the token was revoked');
    }
    if (!(payload.scope as string[]).includes(API_SCOPE)) {
      throw golfRefusalError(403, 'Forbidden', `the token lacks the scope ${API_SCOPE}`);
    }
    return account;
  };

  return {
    sign,
    requireGolfer,
    /** Makes all tokens so far invalid. */
    expireAll: () => issued.clear(),
  };
};

export type AccessTokens = ReturnType<typeof accessTokens>;

const neverKnown = (): never => {
  throw new Error('its key is not published');
};
