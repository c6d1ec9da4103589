import { requiredEnvironment } from '#test/support/environment.ts';

const required = requiredEnvironment();

/** The environment of a function in stage dev. Variables with a default have it. */
export const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
  AWS_LAMBDA_FUNCTION_NAME: 'rez-agent-bench-dev',
  ...required,
};

/** The user pool that issues the tokens of the benchmark. */
export const USER_POOL = {
  issuer: required.USER_POOL_ISSUER ?? '',
  clientId: required.USER_POOL_CLIENT_ID ?? '',
};

/** Set by Lambda alone. With it, a function warms up during INIT. */
export const IN_LAMBDA = { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' } as const;

/** The environment of a function that calls stand-ins for AWS and for the user pool. */
export const environmentAt = (
  standIn: { url: string },
  keys: { origin: string; url: string },
  certificateFile: string,
): Readonly<Record<string, string>> => ({
  ...ENVIRONMENT,
  AWS_ENDPOINT_URL: standIn.url,
  LOCAL_ORIGINS: [standIn.url, keys.origin].join(','),
  JWKS_URL: keys.url,
  NODE_EXTRA_CA_CERTS: certificateFile,
});
