import type { McpRequest, McpResponse, OauthDeps } from '#handlers/mcp/route.ts';
import { isAllowedRedirect } from '#lib/identity/oauth/client-redirects.ts';
import { digestText } from '#lib/identity/oauth/find-client.ts';
import { AppError } from '#lib/platform/errors.ts';
import { repeatedNames } from '#lib/platform/repeated-names.ts';
import { consentPage } from './consent-page.ts';
import { badOauthRequestError, oauthConfigOf, requireClient, resourceAt } from './oauth-request.ts';
import { redirectResponse } from './oauth-response.ts';

const MAX_ADDRESS_CHARS = 8_192;
const STATE = /^[\x20-\x7e]{1,2048}$/;

/** RFC 7636, section 4.2: SHA-256 of the verifier, as base64url. */
const CHALLENGE = /^[\w-]{43}$/;

/**
 * Starts the sign-in of an assistant: asks the person for the consent. An unknown client or redirect gets a page, because a
 * redirect would lead wherever a stranger wants. Every other error is for the client, and redirects to it.
 * Source: RFC 6749, section 4.1.1; RFC 7636; RFC 8707; RFC 9207.
 */
export const showConsent = async (request: McpRequest, deps: OauthDeps): Promise<McpResponse> => {
  const { query, addressChars, log } = request;
  const { publicUrl, loginOrigin } = deps;
  if (addressChars > MAX_ADDRESS_CHARS) throw badOauthRequestError('its request is too long');
  const config = oauthConfigOf(request, deps);
  const client = await requireClient(onlyOne(query, 'client_id'), config);
  const redirectUri = onlyOne(query, 'redirect_uri') ?? '';
  if (!isAllowedRedirect(redirectUri, client.redirect_uris)) {
    throw new AppError(
      'invalid',
      'INVALID_REDIRECT_URI',
      'the address to return to does not belong to it',
    );
  }
  const state = query.get('state') ?? undefined;
  const isStateUsable = state === undefined || STATE.test(state);
  const problem = problemOf(query, publicUrl, isStateUsable);
  if (problem !== undefined) {
    log.warn({ oauth_error: problem.error }, 'sign-in of an assistant refused');
    const returned = isStateUsable && query.getAll('state').length < 2 ? state : undefined;
    return redirectResponse(redirectUri, { ...problem, state: returned, iss: publicUrl });
  }
  const sealed = await config.seal.close('consent', {
    client: digestText(client.client_id),
    redirect_uri: redirectUri,
    ...(state === undefined ? {} : { state }),
    code_challenge: query.get('code_challenge') ?? '',
  });
  return consentPage({ client, redirectUri, request: sealed, loginOrigin });
};

/** @throws AppError `invalid` / `INVALID_REQUEST` */
const onlyOne = (query: URLSearchParams, name: string): string | null => {
  if (query.getAll(name).length > 1) throw badOauthRequestError(`it sent ${name} more than once`);
  return query.get(name);
};

interface OauthProblem {
  error: string;
  error_description: string;
}

const problemOf = (
  query: URLSearchParams,
  publicUrl: string,
  isStateUsable: boolean,
): OauthProblem | undefined => {
  const invalid = (error_description: string) => ({ error: 'invalid_request', error_description });
  // RFC 6749, section 3.1.
  if (repeatedNames(query).length > 0) return invalid('a parameter is given more than once');
  if (!isStateUsable) return invalid('state must have 1 to 2048 characters of ASCII');
  const responseType = query.get('response_type');
  if (responseType === null) return invalid('response_type is missing');
  if (responseType !== 'code') {
    return { error: 'unsupported_response_type', error_description: 'response_type must be code' };
  }
  if ((query.get('response_mode') ?? 'query') !== 'query') {
    return invalid('response_mode must be query');
  }
  if (
    query.get('code_challenge_method') !== 'S256' ||
    !CHALLENGE.test(query.get('code_challenge') ?? '')
  ) {
    return invalid('PKCE with S256 is required');
  }
  if ((query.get('resource') ?? resourceAt(publicUrl)) !== resourceAt(publicUrl)) {
    return { error: 'invalid_target', error_description: 'resource is another server' };
  }
  return undefined;
};
