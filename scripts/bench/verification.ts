import { jwtVerify } from 'jose';
import { keySet } from '#lib/identity/key-set.ts';
import { tokenVerifier } from '#lib/identity/verify-token.ts';
import { systemClock as clock, DAY_MS } from '#lib/platform/clock.ts';
import { log } from '#lib/platform/log.ts';
import { identityProvider } from '#test/support/identity.ts';
import type { Part } from './bench.ts';
import { USER_POOL } from './environment.ts';
import { GATES } from './gates.ts';
import type { Figure } from './report.ts';
import { quantile, ratioOf, rounds } from './statistics.ts';

/** Tokens of one measurement, and verifications of each known token. Counts. */
const TOKENS = 400;
const KNOWN = 50;
const REPEATS = 200;

const pool = identityProvider(USER_POOL);
const keys = keySet({ fetchKeys: async () => pool.jwks(), ttlMs: DAY_MS, clock, log });

/** A verifier that has the key and knows no token yet. */
const newVerifier = async () => {
  await keys.refresh();
  return tokenVerifier({ issuer: pool.issuer, clientId: pool.clientId, keys, clock });
};

/** jose as its documentation shows it, with the key at hand and nothing around it. */
const joseAlone = async () => {
  await keys.refresh();
  const key = await keys.find(pool.key().kid);
  if (typeof key === 'string') throw new Error('the key is not there');
  return (token: string) => jwtVerify(token, key, { issuer: pool.issuer, algorithms: ['RS256'] });
};

const newTokens = () => Array.from({ length: TOKENS }, () => pool.token({ groups: ['operator'] }));

/** A token with one wrong character in its signature. */
const forged = (token: string) => {
  const at = token.length - 100;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
};

/** The median time of one call. Microseconds. */
const timeOf = async (
  tokens: readonly string[],
  verify: (token: string) => Promise<unknown>,
  calls = 1,
): Promise<number> => {
  const tookUs: number[] = [];
  for (const token of tokens) {
    const startMs = performance.now();
    for (let call = 0; call < calls; call += 1) await verify(token);
    tookUs.push(((performance.now() - startMs) * 1_000) / calls);
  }
  return quantile(tookUs, 0.5);
};

/** What the verification of a bearer token costs: a new one, a known one and a forged one. */
export const verification: Part = async ({ rounds: count, progress }) => {
  progress('verification of tokens, against jose alone');
  const tokens = newTokens();
  const headers = tokens.map((token) => `Bearer ${token}`);
  const forgedHeaders = tokens.map((token) => `Bearer ${forged(token)}`);
  const measured = await rounds(
    {
      jose: async () => timeOf(tokens, await joseAlone()),
      newToken: async () => timeOf(headers, await newVerifier()),
      forgedToken: async () => timeOf(forgedHeaders, await newVerifier()),
      knownToken: async () => {
        const verify = await newVerifier();
        const known = headers.slice(0, KNOWN);
        for (const header of known) await verify(header);
        return timeOf(known, verify, REPEATS);
      },
    },
    { count },
  );
  const figure = (name: string, rest: Omit<Figure, 'name' | 'unit'>): Figure => ({
    name: `verification of a ${name} token`,
    unit: '×',
    ...rest,
  });
  return [
    figure('new', {
      value: ratioOf(measured, 'newToken', 'jose'),
      gate: GATES.verification.newToken,
      note: '/ jose alone',
    }),
    figure('known', {
      value: ratioOf(measured, 'knownToken', 'jose'),
      gate: GATES.verification.knownToken,
      note: '/ jose alone',
    }),
    figure('forged', {
      value: ratioOf(measured, 'forgedToken', 'newToken'),
      gate: GATES.verification.forgedToken,
      note: '/ a good one',
    }),
  ];
};
