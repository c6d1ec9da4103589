import type { Flag } from '#handlers/web/app/api/responses.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { nowMs } from '#handlers/web/app/state/now.ts';
import { overdueMs, stateText } from './flag-words.ts';

export interface FlagFactsProps {
  flag: Flag;
  /** Whether the value is shown too. */
  hasValue?: boolean | undefined;
}

/** The value of a flag, and what the operator noted. */
export const FlagFacts = ({ flag, hasValue = true }: FlagFactsProps) => (
  <Facts
    facts={{
      Value: hasValue && stateText(flag),
      Reason: flag.reason !== null && <bdi>{flag.reason}</bdi>,
      Changed: flag.changed_at !== null && <Time at={flag.changed_at} />,
      Until: flag.until !== null && (
        <span class="actions">
          <Time at={flag.until} isExact />
          {overdueMs(flag, nowMs.value) !== undefined && (
            <Badge tone="warn">this time has passed</Badge>
          )}
        </span>
      ),
      'Only for': flag.enabled_for !== null && (
        <ul>
          {flag.enabled_for.map((one) => (
            <li key={one}>
              <bdi>{one}</bdi>
            </li>
          ))}
        </ul>
      ),
    }}
  />
);
