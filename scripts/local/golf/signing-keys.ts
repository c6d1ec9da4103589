import {
  type CryptoKey,
  exportJWK,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWK,
} from 'jose';
import { type Random, randomText } from '#scripts/local/service/random-id.ts';

export interface GolfSigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

/** Makes a pair of RSA keys. It takes a while, so tests use their pairs again. */
export type NewKeyPair = () => Promise<GenerateKeyPairResult>;

export const newRsaKeyPair: NewKeyPair = () => generateKeyPair('RS256');

/** A key and the one before it, so that tokens of both can be verified. */
const PUBLISHED = 2;

/** The keys that sign the tokens of a site. A key is made when it is needed first. */
export const signingKeys = (random: Random, newKeyPair: NewKeyPair) => {
  let keys: Promise<GolfSigningKey>[] = [];
  const newKey = async (): Promise<GolfSigningKey> => ({
    kid: randomText(random, '0123456789ABCDEF', 32),
    ...(await newKeyPair()),
  });
  const current = (): Promise<GolfSigningKey> => {
    const key = keys[0] ?? newKey();
    if (keys.length === 0) keys = [key];
    return key;
  };

  return {
    current,
    published: async (): Promise<GolfSigningKey[]> => {
      await current();
      return Promise.all(keys);
    },
    /** A key that is not published. */
    unpublished: newKey,
    /** Signs with a new key from now on. */
    rotate: () => {
      keys = [newKey(), ...keys].slice(0, PUBLISHED);
    },
  };
};

export type SigningKeys = ReturnType<typeof signingKeys>;

/** The set of public keys. Source: RFC 7517. */
export const jwksOf = async (keys: readonly GolfSigningKey[]): Promise<{ keys: JWK[] }> => ({
  keys: await Promise.all(
    keys.map(async ({ kid, publicKey }) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg: 'RS256',
      use: 'sig',
    })),
  ),
});
