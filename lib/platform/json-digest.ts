import { createHash } from 'node:crypto';

/** The SHA-256 of a value as JSON, base64url. Objects with the same properties in another order have the same digest. */
export const jsonDigest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value, sorted)).digest('base64url');

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
