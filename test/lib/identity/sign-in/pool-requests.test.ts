import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '#lib/http/client.ts';
import { signInAt } from '#lib/identity/sign-in/sign-in.ts';
import { AppError } from '#lib/platform/errors.ts';
import { virtualClock } from '#test/support/clock.ts';
import { idTokenFor } from '#test/support/user-pool.ts';

const codeVerifier = 'v'.repeat(43);
const TOKENS = { access_token: 'a', id_token: idTokenFor(codeVerifier), expires_in: 3_600 };
const REFRESHED = { AuthenticationResult: { AccessToken: 'a', ExpiresIn: 3_600 } };

/** A sign-in whose requests are kept, each answered with status 200 and this body. */
const setup = (body: unknown = TOKENS) => {
  const clock = virtualClock();
  const requests: HttpRequest[] = [];
  const signIn = signInAt({
    ...{ loginUrl: 'https://login.example', poolUrl: 'https://pool.example', clientId: 'client1' },
    client: async (request) => {
      requests.push(request);
      return { status: 200, headers: {}, body: JSON.stringify(body) };
    },
    clock,
  });
  return { signIn, requests, deadlineMs: clock.now() + 5_000 };
};

describe('a request to the user pool', () => {
  it('with a code is a form, and ends after five seconds', async () => {
    const { signIn, requests, deadlineMs } = setup();

    await signIn.exchange({ code: 'c', redirectUri: 'https://app.example/callback', codeVerifier });

    expect(requests).toMatchObject([
      {
        ...{ method: 'POST', url: 'https://login.example/oauth2/token', deadlineMs },
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ]);
  });

  it.each([
    ['GetTokensFromRefreshToken', { RefreshToken: 'r', ClientId: 'client1' }],
    ['RevokeToken', { Token: 'r', ClientId: 'client1' }],
  ])('for %s names the operation, and ends after five seconds', async (operation, input) => {
    const { signIn, requests, deadlineMs } = setup(REFRESHED);

    await (operation === 'RevokeToken' ? signIn.revoke('r') : signIn.refresh('r'));

    expect(requests.map(({ body, ...request }) => [request, JSON.parse(body ?? '')])).toEqual([
      [
        {
          ...{ method: 'POST', url: 'https://pool.example/', deadlineMs },
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
          },
        },
        input,
      ],
    ]);
  });

  it.each([
    'InvalidParameterException',
    'NotAuthorizedException',
    'PasswordResetRequiredException',
    'RefreshTokenReuseException',
    'UnsupportedTokenTypeException',
    'UserNotConfirmedException',
    'UserNotFoundException',
  ])('to revoke a token that is not valid any more is done: %s', async (type) => {
    const signIn = signInAt({
      ...{ loginUrl: 'https://a.example', poolUrl: 'https://a.example', clientId: 'client1' },
      client: async () => ({ status: 400, headers: {}, body: JSON.stringify({ __type: type }) }),
      clock: virtualClock(),
    });

    await expect(signIn.revoke('r')).resolves.toBeUndefined();
  });

  it('for the address of a user carries the access token', async () => {
    const { signIn, requests, deadlineMs } = setup({ email: 'ada@example.org' });

    expect(await signIn.emailOf('token-1')).toBe('ada@example.org');
    expect(requests).toEqual([
      {
        ...{ method: 'GET', url: 'https://login.example/oauth2/userInfo', deadlineMs },
        headers: { authorization: 'Bearer token-1' },
      },
    ]);
  });

  it.each([
    { kind: 'invalid', code: 'ORIGIN_NOT_ALLOWED', becomes: 'SIGN_IN_FAILED' },
    { kind: 'unavailable', code: 'HTTP_TIMEOUT', becomes: 'HTTP_TIMEOUT' },
  ] as const)('that fails with $code fails with $becomes', async ({ kind, code, becomes }) => {
    const signIn = signInAt({
      ...{ loginUrl: 'https://a.example', poolUrl: 'https://a.example', clientId: 'client1' },
      client: () => Promise.reject(new AppError(kind, code, 'no')),
      clock: virtualClock(),
    });

    await expect(signIn.refresh('r')).rejects.toMatchObject({ kind: 'unavailable', code: becomes });
  });
});
