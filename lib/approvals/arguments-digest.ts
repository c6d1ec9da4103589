import { jsonDigest } from '#lib/platform/json-digest.ts';

/** A call of an operation: what an approval is valid for. */
export interface ApprovedCall {
  action: string;
  operation: string;
  /** As the operation's schema parsed it, so with its defaults. */
  input: unknown;
}

/** The digest of a call, as `jsonDigest` calculates it. */
export const argumentsDigest = ({ action, operation, input }: ApprovedCall): string =>
  jsonDigest([action, operation, input]);
