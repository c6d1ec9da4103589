import type { SystemState } from '#handlers/web/app/api/responses.ts';
import { upperFirst } from '#handlers/web/app/format/upper-first.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { nowMs } from '#handlers/web/app/state/now.ts';
import { Unread } from './unread.tsx';
import { BREAKER_REASONS, isRefusing, type SystemBreaker } from './words.ts';

/** The circuit breakers of the services that the platform calls. */
export const BreakersPanel = ({ breakers }: Pick<SystemState, 'breakers'>) => (
  <Panel title="Circuit breakers">
    {breakers === null ? (
      <Unread what="The circuit breakers" />
    ) : breakers.length === 0 ? (
      <Empty title="No service has a circuit breaker." />
    ) : (
      <ul class="rows">
        {breakers.map((breaker) => (
          <li key={breaker.service}>
            <BreakerBadge breaker={breaker} />
            <span class="row-text">
              <strong>{breaker.service}</strong>
              <span class="row-note muted">
                <BreakerNote breaker={breaker} />
              </span>
            </span>
          </li>
        ))}
      </ul>
    )}
  </Panel>
);

const BreakerBadge = ({ breaker }: { breaker: SystemBreaker }) => {
  if (breaker.state === 'closed') return <Badge tone="ok">closed</Badge>;
  return breaker.state === 'open' ? (
    <Badge tone={isRefusing(breaker, nowMs.value) ? 'bad' : 'warn'}>open</Badge>
  ) : (
    <Badge tone="warn">on trial</Badge>
  );
};

const BreakerNote = ({ breaker }: { breaker: SystemBreaker }) => {
  const { state, reason, failures, opened_at, next_trial_at } = breaker;
  if (state === 'closed')
    return <>{failures === 0 ? 'Calls are made.' : `Calls are made. ${failures} failed lately.`}</>;
  return (
    <>
      {reason === null ? 'Calls failed' : upperFirst(BREAKER_REASONS[reason])}.{' '}
      {opened_at !== null && (
        <>
          Opened <Time at={opened_at} />.{' '}
        </>
      )}
      {state === 'half_open' && 'One call at a time is tried.'}
      {state === 'open' && !isRefusing(breaker, nowMs.value) && 'The next call is a trial.'}
      {isRefusing(breaker, nowMs.value) && next_trial_at !== null && (
        <>
          The next trial is <Time at={next_trial_at} />.
        </>
      )}
    </>
  );
};
