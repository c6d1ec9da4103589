import type { Service } from '#lib/http/service.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Authentication } from './authentication.ts';
import type { Authorization, Credentials } from './credentials.ts';

/** Credentials that remember what they last authorized, for a call that must not wait for a token. */
export interface UsedCredentials extends Credentials {
  /**
   * What `authorize` last returned in this run. Nothing is sent.
   * @throws AppError `unavailable` / `CREDENTIALS_REFUSED` with `sent` false when there is none
   */
  latest: (service: Service, authentication: Authentication) => Authorization;
}

/** The credentials of one run. */
export const usedCredentials = (credentials: Credentials): UsedCredentials => {
  const used = new Map<string, Authorization>();
  const keyOf = ({ name, origin }: Service, authentication: Authentication) =>
    JSON.stringify([name, origin, authentication]);
  return {
    authorize: async (service, authentication, call) => {
      const authorization = await credentials.authorize(service, authentication, call);
      used.set(keyOf(service, authentication), authorization);
      return authorization;
    },
    drop: (service, authentication) => {
      used.delete(keyOf(service, authentication));
      credentials.drop(service, authentication);
    },
    latest: (service, authentication) => {
      if (authentication.type === 'none') return { headers: {}, isCached: false };
      const authorization = used.get(keyOf(service, authentication));
      if (authorization !== undefined) return authorization;
      const problem = `there is no token of ${service.name} yet`;
      throw new AppError('unavailable', 'CREDENTIALS_REFUSED', problem, { sent: false });
    },
  };
};
