import { createHash } from 'node:crypto';

/** A call of an operation: what an approval is valid for. */
export interface ApprovedCall {
  action: string;
  operation: string;
  /** As the operation's schema parsed it, so with its defaults. */
  input: unknown;
}

/** The SHA-256 of a call, base64url. Objects with the same properties in another order have the same digest. */
export const argumentsDigest = ({ action, operation, input }: ApprovedCall): string =>
  createHash('sha256')
    .update(JSON.stringify([action, operation, input], sorted))
    .digest('base64url');

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
