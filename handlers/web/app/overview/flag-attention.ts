import type { Flag } from '#handlers/web/app/api/responses.ts';
import { effectText, overdueMs, stateText } from '#handlers/web/app/flags/flag-words.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import type { AttentionKind } from './attention-kind.ts';

/** The flags that do not have their usual value, and those whose value cannot be read. Without dry runs, nothing is wrong. */
export const flagAttention: AttentionKind = ({ flags = [] }, nowMs) =>
  flags
    .filter(
      (flag) => (flag.enabled !== flag.default && !isWithoutDryRun(flag)) || !flag.is_understood,
    )
    .map((flag) => {
      const entry = {
        ...({ key: `flag ${flag.name}`, tone: 'warn', href: '/flags' } as const),
        linkText: 'Open the flags',
      };
      if (!flag.is_understood) {
        const problem = flag.version === 0 ? 'has no value' : 'has a value that cannot be read';
        return {
          ...entry,
          text: `The flag ${flag.name} ${problem}: its default (${stateText(flag)}) is used.`,
        };
      }
      const age = flag.age_seconds === null ? '' : ` for ${durationText(flag.age_seconds * 1_000)}`;
      const overdue = overdueMs(flag, nowMs);
      const plan =
        overdue === undefined ? '' : ` This was planned to end ${durationText(overdue)} ago.`;
      return {
        ...entry,
        text: `The flag ${flag.name} is ${stateText(flag)}${age}: ${effectText(flag)}.${plan}`,
        quote: flag.reason ?? undefined,
      };
    });

const isWithoutDryRun = ({ name, enabled }: Pick<Flag, 'name' | 'enabled'>): boolean =>
  name === 'dry-run' && !enabled;
