import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { parsePolicy } from './policy.ts';
import type { Policy, PolicyOperation } from './policy-schema.ts';

/** The parameter `policy` as a pipeline read it. */
export interface PolicyParameter {
  /** `undefined` when there is no such parameter, or when it was never read. */
  text: string | undefined;
  /** Whether the parameter was read at least once. */
  isRead: boolean;
}

/** Without the parameter, everything needs a yes, and the default quotas apply. */
const NO_POLICY: Policy = {};

/**
 * Reads the policy. While its value is malformed, the last good one of this process stays in use, so that a typo never
 * loosens a limit. A malformed value is logged once. A process creates the reader once.
 * @returns a function that throws AppError `unavailable` / `CONFIG_UNAVAILABLE` while there is no good policy
 */
export const policyReader = (operations: readonly PolicyOperation[]) => {
  let last: { text: string | undefined; error: AppError | undefined } | undefined;
  let good: Policy | undefined;

  return ({ text, isRead }: PolicyParameter, log: Pick<Logger, 'error'>): Policy => {
    if (!isRead) {
      if (good !== undefined) return good;
      throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'parameter policy cannot be read');
    }
    if (last === undefined || last.text !== text) {
      last = { text, error: undefined };
      try {
        good = text === undefined ? NO_POLICY : parsePolicy(text, operations);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        last.error = error;
        log.error({ err: error }, 'policy is malformed, the last good one is used');
      }
    }
    if (good === undefined) throw last.error ?? new Error('there is neither policy nor error');
    return good;
  };
};
