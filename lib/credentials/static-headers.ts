import type { Authentication } from './authentication.ts';
import { readSecretValue } from './read-secret-value.ts';
import { SECRET_VALUES } from './secret-values.ts';

/** Authentication that sends the secret itself with every call. */
export type StaticAuthentication = Extract<
  Authentication,
  { type: 'bearer' | 'api_key' | 'basic' }
>;

/**
 * The header that contains the secret.
 * @param value the value of the secret
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` that contains no part of the value
 */
export const staticHeaders = (
  authentication: StaticAuthentication,
  value: unknown,
): Record<string, string> => {
  const { type, secret } = authentication;
  switch (type) {
    case 'bearer': {
      const { token } = readSecretValue(secret, SECRET_VALUES.bearer, value);
      return { Authorization: `Bearer ${token}` };
    }
    case 'api_key': {
      const { key } = readSecretValue(secret, SECRET_VALUES.api_key, value);
      return { [authentication.header]: key };
    }
    case 'basic': {
      const { username, password } = readSecretValue(secret, SECRET_VALUES.basic, value);
      // UTF-8. Source: RFC 7617, section 2.1.
      const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
      return { Authorization: `Basic ${pair}` };
    }
  }
};
