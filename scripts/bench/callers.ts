import { identityProvider, serveKeys } from '#test/support/identity.ts';
import { USER_POOL } from './environment.ts';

const pool = identityProvider(USER_POOL);

/** The header of the benchmark's requests. Functions verify it with the keys that `serveBenchKeys` serves. */
export const AUTHORIZATION = `Bearer ${pool.token({ username: 'bench', groups: ['admin'] })}`;

/** Serves the key set of the pool that signed `AUTHORIZATION`. */
export const serveBenchKeys = () => serveKeys(pool);
