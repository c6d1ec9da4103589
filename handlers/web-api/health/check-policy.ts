import { readParameters } from '#lib/config/ssm.ts';
import type { Probe } from './deep-check.ts';

/**
 * Checks the parameter `policy` as it is stored now. Without the parameter, the default policy applies.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` with every problem of the policy, and when SSM cannot be read
 */
export const checkPolicy: Probe = async (signal) => {
  const [stored, { parsePolicy }, { OPERATIONS }] = await Promise.all([
    readParameters(['policy'], signal),
    import('#lib/approvals/policy.ts'),
    import('#lib/actions/catalogue.ts'),
  ]);
  const text = stored.get('policy')?.value;
  if (text !== undefined) parsePolicy(text, OPERATIONS);
  return 'ok';
};
