import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';

const REDIRECT_URI =
  'The page to return to after the sign-in. It must be in the list of this deployment, character by character.';

export const LOGIN_PAGE = {
  name: 'LoginPage',
  description: 'The address of the sign-in page.',
  schema: z.object({ authorization_url: z.url(), state: z.string() }),
  properties: {
    authorization_url: 'The address of the sign-in page. Send the browser there.',
    state: 'The user pool returns it with the code. The page must compare the two values.',
  },
  example: {
    authorization_url:
      'https://rez-agent.auth.us-east-1.amazoncognito.com/oauth2/authorize?response_type=code&state=f3k9',
    state: 'f3k9',
  },
} satisfies Shape;

export const TOKENS = {
  name: 'Tokens',
  description: 'The tokens of a signed-in user.',
  schema: z.object({
    access_token: z.string(),
    id_token: z.optional(z.string()),
    token_type: z.literal('Bearer'),
    expires_in: z.int().check(z.nonnegative()),
    refresh_token: z.optional(z.string()),
  }),
  properties: {
    access_token: 'The access token, for the header `Authorization: Bearer …`.',
    id_token: 'The id token: who has signed in. The API does not accept it.',
    token_type: 'The scheme of the header `Authorization`.',
    expires_in: 'How long the access token is valid. Seconds.',
    refresh_token:
      'The next refresh token. Only if the request had a refresh token in its body; a browser gets it in a cookie that scripts cannot read.',
  },
  example: {
    access_token: 'eyJraWQiOiJrMSIsImFsZyI6IlJTMjU2In0.e30.c2lnbmF0dXJl',
    token_type: 'Bearer',
    expires_in: 3_600,
  },
} satisfies Shape;

export const ME = {
  name: 'Me',
  description: 'The signed-in user.',
  schema: z.object({
    username: z.string(),
    email: z.optional(z.string()),
    roles: z.array(z.enum(['viewer', 'operator', 'admin'])),
    expires_at: z.iso.datetime(),
  }),
  properties: {
    username: 'The id of the user. `created_by` contains it after `user:`.',
    email: 'The e-mail address of the user. Missing if the user pool did not return it in time.',
    roles: 'The roles of the user. Empty if the user is in no group.',
    expires_at: 'When the access token expires.',
  },
  example: {
    username: '3a020100-3284-4530-aac5-e0d209b7fc76',
    email: 'ada@example.org',
    roles: ['operator'],
    expires_at: '2026-03-01T13:00:00.000Z',
  },
} satisfies Shape;

export const SIGN_IN_OPERATIONS = {
  startLogin: {
    tag: 'identity',
    summary: 'Start a sign-in',
    description:
      'Starts the authorization code flow of OAuth 2.0 with PKCE. The page creates a secret, the verifier, and sends its digest in `code_challenge`.',
    body: {
      shape: {
        name: 'LoginRequest',
        description: 'The parameters of a sign-in.',
        properties: {
          redirect_uri: REDIRECT_URI,
          state:
            'A value that the user pool returns with the code. Without it, the API creates one.',
          code_challenge: 'The SHA-256 digest of the verifier, in base64url.',
        },
      },
      examples: {
        browser: {
          summary: 'A page that starts a sign-in',
          value: {
            redirect_uri: 'http://localhost:5173/callback',
            state: 'f3k9',
            code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
          },
        },
      },
    },
    responses: {
      200: { description: 'The address of the sign-in page.', content: { shape: LOGIN_PAGE } },
    },
  },
  finishLogin: {
    tag: 'identity',
    summary: 'Finish a sign-in',
    description:
      'Exchanges the code for tokens. A code can be used once. The refresh token is set in a cookie that scripts cannot read.',
    body: {
      shape: {
        name: 'LoginCallback',
        description: 'The code that the page received, and the verifier.',
        properties: {
          code: 'The code from the address of the redirect.',
          redirect_uri: 'The same value as at the start of the sign-in.',
          code_verifier: 'The secret whose digest was sent at the start of the sign-in.',
        },
      },
      examples: {
        browser: {
          summary: 'A page that received a code',
          value: {
            code: 'SplxlOBeZQQYbYS6WxSbIA',
            redirect_uri: 'http://localhost:5173/callback',
            code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
          },
        },
      },
    },
    responses: {
      200: { description: 'Signed in.', headers: ['Set-Cookie'], content: { shape: TOKENS } },
    },
    errors: ['INVALID_AUTHORIZATION_CODE'],
  },
  refreshLogin: {
    tag: 'identity',
    summary: 'Get new tokens',
    description:
      'A browser sends no body, because its refresh token is in its cookie. Another client sends the refresh token in the body, and gets the next one in the response. A refresh token can be used once.',
    body: {
      shape: {
        name: 'RefreshRequest',
        description: 'The refresh token of a client that is not a browser.',
        properties: { refresh_token: 'The refresh token of the previous response.' },
      },
      examples: {
        script: {
          summary: 'A script that stores its refresh token',
          value: { refresh_token: 'eyJjdHkiOiJKV1QifQ.a2V5.aXY.dGV4dA.dGFn' },
        },
      },
    },
    responses: {
      200: { description: 'New tokens.', headers: ['Set-Cookie'], content: { shape: TOKENS } },
    },
    errors: ['INVALID_REFRESH_TOKEN'],
  },
  logout: {
    tag: 'identity',
    summary: 'Sign out',
    description:
      'Revokes the refresh token and clears the cookie. A request from a page of another origin changes nothing. Access tokens stay valid until they expire.',
    responses: { 204: { description: 'Signed out.', headers: ['Set-Cookie'] } },
  },
  getMe: {
    tag: 'identity',
    summary: 'Get the signed-in user',
    description: 'Every signed-in user can use this operation, also one without a role.',
    responses: { 200: { description: 'The signed-in user.', content: { shape: ME } } },
  },
} satisfies Record<string, OperationContract>;
