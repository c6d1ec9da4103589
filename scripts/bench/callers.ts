import { identityProvider, serveKeys } from '#test/support/identity.ts';
import { USER_POOL } from './environment.ts';

const pool = identityProvider(USER_POOL);

/** What requests of the benchmark carry. Functions verify it with the keys that `serveBenchKeys` serves. */
export const AUTHORIZATION = `Bearer ${pool.token({ username: 'bench', groups: ['admin'] })}`;

/** The key set of the pool that signed `AUTHORIZATION`, on a port of its own. */
export const serveBenchKeys = () => serveKeys(pool);
