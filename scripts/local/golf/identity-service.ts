import type { FaultSwitches } from '#scripts/local/service/fault-switches.ts';
import type { ServiceRequest } from '#scripts/local/service/service-request.ts';
import {
  htmlAnswer,
  jsonAnswer,
  type ServiceResponse,
} from '#scripts/local/service/service-response.ts';
import { type AccessTokens, TOKEN_SECONDS } from './access-tokens.ts';
import type { GolfFault } from './golf-faults.ts';
import { jwksOf, type SigningKeys } from './signing-keys.ts';
import type { SiteAccount, SiteCourse } from './site-course.ts';

export interface IdentityOptions {
  course: SiteCourse;
  accounts: readonly SiteAccount[];
  keys: SigningKeys;
  tokens: AccessTokens;
  faults: FaultSwitches<GolfFault>;
}

export const IDENTITY_PATH = '/identityapi';
const CONFIGURATION = `${IDENTITY_PATH}/.well-known/openid-configuration`;
const TOKEN = `${IDENTITY_PATH}/connect/token`;
const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;
/** What a token may be for. */
export const SCOPES = [
  ...['openid', 'profile', 'onlinereservation', 'sale', 'inventory', 'sh', 'customer', 'email'],
  ...['recommend', 'references'],
];

export const issuerOf = ({ origin }: Pick<ServiceRequest, 'origin'>): string =>
  `${origin}${IDENTITY_PATH}`;

/** The identity service of a site: it signs golfers in and publishes its keys. */
export const identityService = ({ course, accounts, keys, tokens, faults }: IdentityOptions) => {
  const issueToken = async (request: ServiceRequest): Promise<ServiceResponse> => {
    if (request.method !== 'POST') return jsonAnswer(405, { error: 'method_not_allowed' });
    if (!FORM.test(request.headers['content-type'] ?? '')) return oauthError('invalid_request');
    const form = new URLSearchParams(request.body);
    const problem = problemOfForm(form, request.headers, course);
    if (problem !== undefined) return oauthError(problem);
    const account = accounts.find(
      ({ username, password }) =>
        username === form.get('username') && password === form.get('password'),
    );
    if (account === undefined) return oauthError('invalid_grant', 'invalid_username_or_password');
    const scopes = (form.get('scope') ?? '').split(' ');
    return jsonAnswer(200, {
      access_token: await tokens.sign(issuerOf(request), account, scopes),
      expires_in: faults.take('expires_in is 0') ? 0 : TOKEN_SECONDS,
      token_type: 'Bearer',
      scope: scopes.join(' '),
    });
  };

  return async (request: ServiceRequest): Promise<ServiceResponse> => {
    const issuer = issuerOf(request);
    switch (request.path) {
      case TOKEN:
        if (faults.take('token endpoint fails')) return htmlAnswer(500, 'Internal Server Error');
        return issueToken(request);
      case CONFIGURATION:
        return jsonAnswer(200, {
          issuer,
          jwks_uri: `${issuer}/.well-known/openid-configuration/jwks`,
          token_endpoint: `${issuer}/connect/token`,
          scopes_supported: SCOPES,
          grant_types_supported: ['password'],
        });
      case `${CONFIGURATION}/jwks`:
        if (faults.take('key set fails')) return htmlAnswer(500, 'Internal Server Error');
        return jsonAnswer(200, await jwksOf(await keys.published()));
      default:
        return jsonAnswer(404, 'Not Found');
    }
  };
};

/** The code of the first problem, as RFC 6749 names it. */
const problemOfForm = (
  form: URLSearchParams,
  headers: ServiceRequest['headers'],
  { clientId, clientSecret }: SiteCourse,
): string | undefined => {
  const names = [...form.keys()];
  if (new Set(names).size < names.length || headers.origin === undefined) return 'invalid_request';
  if (form.get('grant_type') !== 'password') return 'unsupported_grant_type';
  const isClientKnown =
    headers['client-id'] === clientId &&
    (form.get('client_id') ?? (clientSecret === undefined ? clientId : '')) === clientId &&
    (clientSecret === undefined || form.get('client_secret') === clientSecret);
  if (!isClientKnown) return 'invalid_client';
  const scopes = (form.get('scope') ?? '').split(' ');
  return scopes.every((scope) => SCOPES.includes(scope)) ? undefined : 'invalid_scope';
};

const oauthError = (error: string, description?: string): ServiceResponse =>
  jsonAnswer(
    400,
    description === undefined ? { error } : { error, error_description: description },
  );
