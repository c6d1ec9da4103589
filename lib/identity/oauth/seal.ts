import { EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod/mini';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { SEAL_PURPOSES, type SealedContent, type SealPurpose } from './seal-purposes.ts';

export interface Seal {
  /** Encrypts a value for one purpose. */
  close: <Purpose extends SealPurpose>(
    purpose: Purpose,
    content: SealedContent<Purpose>,
  ) => Promise<string>;
  /** Decrypts a value; `undefined` for one that was altered, has expired, or was sealed elsewhere or for another purpose. */
  open: <Purpose extends SealPurpose>(
    purpose: Purpose,
    sealed: string,
  ) => Promise<SealedContent<Purpose> | undefined>;
}

export interface SealOptions {
  /**
   * One or two keys of 32 bytes in base64, separated by a comma. The first one seals, and both open. So a key can be
   * replaced while values of the previous key are in use.
   */
  keys: string;
  /** The address of the deployment. A value of another deployment cannot be opened. */
  issuer: string;
  clock: Pick<Clock, 'now'>;
}

const KEY_BYTES = 32;
const MAX_KEYS = 2;
/** A refresh token of the user pool has at most 3,800. Characters. */
const MAX_CHARS = 8_192;
const ALGORITHM = { alg: 'dir', enc: 'A256GCM' } as const;

/**
 * Seals the values that clients hold for us, so that nothing is stored. Source: RFC 7516 with direct encryption, AES-256-GCM.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the keys are malformed
 */
export const sealWith = ({ keys: text, issuer, clock }: SealOptions): Seal => {
  const keys = keysIn(text);

  const openWith = async (key: Uint8Array, audience: SealPurpose, sealed: string) => {
    const { payload } = await jwtDecrypt(sealed, key, {
      issuer,
      audience,
      currentDate: new Date(clock.now()),
      keyManagementAlgorithms: [ALGORITHM.alg],
      contentEncryptionAlgorithms: [ALGORITHM.enc],
      requiredClaims: ['exp'],
    });
    return payload.content;
  };

  return {
    close: async (purpose, content) => {
      const [key] = keys;
      const nowMs = clock.now();
      return new EncryptJWT({ content })
        .setProtectedHeader(ALGORITHM)
        .setIssuer(issuer)
        .setAudience(purpose)
        .setExpirationTime(new Date(nowMs + SEAL_PURPOSES[purpose].ttlMs))
        .encrypt(key);
    },

    open: async <Purpose extends SealPurpose>(purpose: Purpose, sealed: string) => {
      if (sealed.length > MAX_CHARS) return undefined;
      for (const key of keys) {
        const content = await openWith(key, purpose, sealed).catch(() => undefined);
        const parsed = z.safeParse(SEAL_PURPOSES[purpose].content, content);
        if (parsed.success) return parsed.data as SealedContent<Purpose>;
      }
      return undefined;
    },
  };
};

const keysIn = (text: string): [Uint8Array, ...Uint8Array[]] => {
  const keys = text.split(',').map((one) => keyIn(one.trim()));
  const [first, ...others] = keys.filter((key) => key !== undefined);
  if (first === undefined || others.length + 1 !== keys.length || keys.length > MAX_KEYS) {
    // The value is a secret, so the error does not contain it.
    throw new AppError(
      'unavailable',
      'CONFIG_UNAVAILABLE',
      'the parameter oauth-key is malformed: it must be one or two keys of 32 bytes in base64',
    );
  }
  return [first, ...others];
};

const keyIn = (text: string): Uint8Array | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES && bytes.toString('base64') === text
    ? new Uint8Array(bytes)
    : undefined;
};
