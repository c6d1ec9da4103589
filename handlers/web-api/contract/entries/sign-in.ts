import * as z from 'zod/mini';
import type { OperationContract, Shape } from '#handlers/web-api/contract/model.ts';

const REDIRECT_URI = 'The page to come back to, exactly as this deployment lists it.';

const LOGIN_PAGE: Shape = {
  name: 'LoginPage',
  description: 'Where to sign in.',
  schema: z.object({ authorization_url: z.url(), state: z.string() }),
  properties: {
    authorization_url: 'Send the browser there.',
    state: 'Comes back with the code; the page compares it.',
  },
  example: {
    authorization_url:
      'https://rez-agent.auth.us-east-1.amazoncognito.com/oauth2/authorize?response_type=code&state=f3k9',
    state: 'f3k9',
  },
};

const TOKENS: Shape = {
  name: 'Tokens',
  description: 'What a sign-in gives.',
  schema: z.object({
    access_token: z.string(),
    id_token: z.optional(z.string()),
    token_type: z.literal('Bearer'),
    expires_in: z.int().check(z.nonnegative()),
    refresh_token: z.optional(z.string()),
  }),
  properties: {
    access_token: 'For `Authorization: Bearer …`.',
    id_token: 'Who has signed in. Not for calling the API.',
    token_type: 'How the access token is sent.',
    expires_in: 'How long the access token is good for. Seconds.',
    refresh_token:
      'Only for who sent one in the body; for a browser it is in a cookie that scripts cannot read.',
  },
  example: {
    access_token: 'eyJraWQiOiJrMSIsImFsZyI6IlJTMjU2In0.e30.c2lnbmF0dXJl',
    token_type: 'Bearer',
    expires_in: 3_600,
  },
};

const ME: Shape = {
  name: 'Me',
  description: 'Who calls.',
  schema: z.object({
    username: z.string(),
    email: z.optional(z.string()),
    roles: z.array(z.enum(['viewer', 'operator', 'admin'])),
    expires_at: z.iso.datetime(),
  }),
  properties: {
    username: 'The id of the user; `created_by` is `user:` and this.',
    email: 'The address of the user. Absent when the user pool did not say it in time.',
    roles: 'What the user’s groups allow; empty in no group.',
    expires_at: 'When the access token ends.',
  },
  example: {
    username: '3a020100-3284-4530-aac5-e0d209b7fc76',
    email: 'ada@example.org',
    roles: ['operator'],
    expires_at: '2026-03-01T13:00:00.000Z',
  },
};

export const SIGN_IN_OPERATIONS = {
  startLogin: {
    tag: 'identity',
    summary: 'Ask where to sign in',
    description:
      'Authorization code with PKCE: the page keeps a secret of its own, the verifier, and sends its digest here.',
    body: {
      shape: {
        name: 'LoginRequest',
        description: 'A sign-in that begins.',
        properties: {
          redirect_uri: REDIRECT_URI,
          state: 'Comes back with the code. Without it, one is made.',
          code_challenge: 'SHA-256 of the verifier, as base64url.',
        },
      },
      examples: {
        browser: {
          summary: 'A page that begins to sign in',
          value: {
            redirect_uri: 'http://localhost:5173/callback',
            state: 'f3k9',
            code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
          },
        },
      },
    },
    responses: { 200: { description: 'The address.', content: { shape: LOGIN_PAGE } } },
  },
  finishLogin: {
    tag: 'identity',
    summary: 'Turn a code into tokens',
    description:
      'The code is good once. The refresh token goes into a cookie that no script can read.',
    body: {
      shape: {
        name: 'LoginCallback',
        description: 'What the page was called back with.',
        properties: {
          code: 'The code from the address.',
          redirect_uri: 'The same as when the sign-in began.',
          code_verifier: 'The secret whose digest was sent when the sign-in began.',
        },
      },
      examples: {
        browser: {
          summary: 'A page that was called back',
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
      'A browser sends no body: its refresh token is in its cookie. Everybody else sends it in the body and gets the next one there. A refresh token is good once.',
    body: {
      shape: {
        name: 'RefreshRequest',
        description: 'A refresh token; only of who keeps it outside of a browser.',
        properties: { refresh_token: 'The refresh token of the last answer.' },
      },
      examples: {
        script: {
          summary: 'A script that keeps its refresh token itself',
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
      'The refresh token is revoked and the cookie cleared; for a page of another origin nothing changes. Access tokens live on until they expire.',
    responses: { 204: { description: 'Signed out.', headers: ['Set-Cookie'] } },
  },
  getMe: {
    tag: 'identity',
    summary: 'See who you are',
    description: 'For everybody who has signed in, whatever the groups.',
    responses: { 200: { description: 'The caller.', content: { shape: ME } } },
  },
} satisfies Record<string, OperationContract>;
