import type { Stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { type Flags, flagNow, flagParameter } from './flags.ts';

const FLAG = 'dry-run';

/**
 * Whether web actions that cannot be undone only report what they would do. A malformed value counts as on.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the flag cannot be read now: an old value decides about nothing
 * that cannot be undone
 */
export const isDryRunOn = (flags: Flags<typeof FLAG>): boolean => {
  const state = flagNow(flags[FLAG]);
  if (state !== 'unknown') return state === 'on';
  throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', `flag ${FLAG} cannot be read`);
};

/** How to switch the flag off, for people. */
export const switchOffDryRunText = ({ publicUrl, stage }: { publicUrl: string; stage: Stage }) =>
  [
    `The flag ${FLAG} is on. To carry out such actions, switch it off: ${publicUrl}/flags, or`,
    `aws ssm put-parameter --name /rez-agent/${stage}/${flagParameter(FLAG)} --type String --overwrite --value off`,
  ].join(' ');
