import { OAUTH_CALLBACK_PATH } from '#lib/identity/oauth/callback-path.ts';
import { answerConsent } from './answer-consent.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { issueTokens } from './issue-tokens.ts';
import { describeResource, describeServer } from './metadata.ts';
import { registerClient } from './register-client.ts';
import { revokeToken } from './revoke-token.ts';
import { showConsent } from './show-consent.ts';

const RESOURCE_PATH = '/.well-known/oauth-protected-resource';

const metadata = { method: 'GET', role: 'public', body: 'none', errors: 'oauth' } as const;
const page = { role: 'public', errors: 'page' } as const;
const endpoint = { method: 'POST', role: 'public', errors: 'oauth' } as const;

/** The sign-in of assistants. All of its paths are public: a person signs in at the user pool. */
export const OAUTH_ROUTES = [
  { ...metadata, id: 'describeResource', path: RESOURCE_PATH, handle: describeResource },
  { ...metadata, id: 'describeMcp', path: `${RESOURCE_PATH}/mcp`, handle: describeResource },
  {
    ...metadata,
    id: 'describeServer',
    path: '/.well-known/oauth-authorization-server',
    handle: describeServer,
  },
  {
    ...page,
    id: 'showConsent',
    method: 'GET',
    path: '/oauth/authorize',
    body: 'none',
    handle: showConsent,
  },
  {
    ...page,
    id: 'answerConsent',
    method: 'POST',
    path: '/oauth/authorize',
    body: 'form',
    handle: answerConsent,
  },
  {
    ...page,
    id: 'finishSignIn',
    method: 'GET',
    path: OAUTH_CALLBACK_PATH,
    body: 'none',
    handle: finishSignIn,
  },
  { ...endpoint, id: 'issueTokens', path: '/oauth/token', body: 'form', handle: issueTokens },
  { ...endpoint, id: 'revokeToken', path: '/oauth/revoke', body: 'form', handle: revokeToken },
  {
    ...endpoint,
    id: 'registerClient',
    path: '/oauth/register',
    body: 'json',
    handle: registerClient,
  },
] as const;
