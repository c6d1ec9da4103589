import { identityProvider, serveKeys } from '#test/support/identity.ts';
import { ENVIRONMENT } from './environment.ts';

const pool = identityProvider({
  issuer: ENVIRONMENT.USER_POOL_ISSUER,
  clientId: ENVIRONMENT.USER_POOL_CLIENT_ID,
});

/** What requests of the benchmark carry. Functions verify it with the keys that `serveBenchKeys` serves. */
export const AUTHORIZATION = `Bearer ${pool.token({ username: 'bench', groups: ['admin'] })}`;

/** The key set of the pool that signed `AUTHORIZATION`, on a port of its own. */
export const serveBenchKeys = () => serveKeys(pool);
