import { hash, verify as verifySignature } from 'node:crypto';
import { compactVerify } from 'jose';
import { keySet } from '#lib/identity/key-set.ts';
import { tokenVerifier } from '#lib/identity/verify-token.ts';
import { systemClock as clock } from '#lib/platform/clock.ts';
import { log } from '#lib/platform/log.ts';
import { identityProvider } from '#test/support/identity.ts';
import type { Part } from './bench.ts';
import { USER_POOL } from './environment.ts';
import type { Figure } from './gates.ts';
import { quantile, ratioOf, rounds } from './statistics.ts';

/** Tokens of one measurement, and how often one that is known is verified for a measurement. Counts. */
const TOKENS = 400;
const AGAIN = 200;

const pool = identityProvider(USER_POOL);
const keys = keySet({ fetchKeys: async () => pool.jwks(), clock, log });

/** One that remembers nothing yet; the key is there. */
const verifier = async () => {
  await keys.refresh();
  return tokenVerifier({ issuer: pool.issuer, clientId: pool.clientId, keys, clock });
};

/** The signature and the claims, and no rule beside. */
const byHand = (token: string): boolean => {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${header}.${claims}`);
  JSON.parse(Buffer.from(claims, 'base64url').toString());
  const { publicKey } = pool.key();
  return verifySignature('sha256', signed, publicKey, Buffer.from(signature, 'base64url'));
};

/** The library that we verify with, and nothing around it. */
const byJose = async () => {
  await keys.refresh();
  const key = await keys.find(pool.key().kid);
  if (typeof key === 'string') throw new Error('the key is not there');
  return (token: string) => compactVerify(token, key, { algorithms: ['RS256'] });
};

const tokens = () => Array.from({ length: TOKENS }, () => pool.token({ groups: ['operator'] }));
/** A bit in the middle of the signature is another. */
const spoiled = (token: string) => {
  const at = token.length - 100;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
};

/** Median of one call. Microseconds. */
const each = async (given: readonly string[], judge: (token: string) => unknown, calls = 1) => {
  const took: number[] = [];
  for (const token of given) {
    const startMs = performance.now();
    for (let call = 0; call < calls; call += 1) await judge(token);
    took.push(((performance.now() - startMs) * 1_000) / calls);
  }
  return quantile(took, 0.5);
};

/** What it costs to know who calls: for the first time, again, and for a stranger. */
export const verification: Part = async ({ rounds: count, progress }) => {
  progress('verification of tokens, against node:crypto alone');
  const good = tokens();
  const headers = (given: readonly string[]) => given.map((token) => `Bearer ${token}`);
  const measured = await rounds(
    {
      byHand: () => each(good, byHand),
      jose: async () => each(good, await byJose()),
      first: async () => each(headers(good), await verifier()),
      bad: async () => each(headers(good.map(spoiled)), await verifier()),
      again: async () => {
        const verify = await verifier();
        const known = headers(good.slice(0, 50));
        for (const header of known) await verify(header);
        return each(known, verify, AGAIN);
      },
      digest: () => each(headers(good.slice(0, 50)), (header) => hash('sha256', header), AGAIN),
    },
    { count },
  );
  const figure = (name: string, figures: Omit<Figure, 'name' | 'unit'>): Figure => ({
    name: `verification of ${name}`,
    unit: '×',
    ...figures,
  });
  return [
    figure('a token', {
      value: ratioOf(measured, 'first', 'byHand'),
      gate: 2.3,
      note: 'every rule, with jose / signature and JSON by node:crypto',
    }),
    figure('a token by jose alone', {
      value: ratioOf(measured, 'jose', 'byHand'),
      note: 'nothing that uses jose can be below this / the same',
    }),
    figure('a known token', {
      value: ratioOf(measured, 'again', 'byHand'),
      gate: 0.02,
      note: 'by its digest / the same',
    }),
    figure('a known token, SHA-256 alone', {
      value: ratioOf(measured, 'digest', 'byHand'),
      note: 'nothing that keeps digests in place of tokens can be below this / the same',
    }),
    figure('a forged token', {
      value: ratioOf(measured, 'bad', 'first'),
      gate: 1.5,
      note: '/ a good one',
    }),
  ];
};
