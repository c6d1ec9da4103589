import type { SystemState } from '#handlers/web/app/api/responses.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import type { Tone } from '#handlers/web/app/parts/tone.ts';
import { isSilent } from './sweeper.ts';
import { CHECK_NAMES } from './words.ts';

const TONES: Readonly<Record<SystemState['health']['status'], Tone>> = {
  healthy: 'ok',
  degraded: 'warn',
  unhealthy: 'bad',
};
const CHECK_TONES = { ok: 'ok', degraded: 'warn', failed: 'bad' } as const;

/** Whether the dependencies work, and when the sweeper ran last. */
export const HealthPanel = ({ state }: { state: SystemState }) => (
  <Panel
    title="Health"
    actions={<Badge tone={TONES[state.health.status]}>{state.health.status}</Badge>}
  >
    <Facts
      facts={{
        ...Object.fromEntries(
          Object.entries(state.health.checks).map(([name, { status, ms }]) => [
            CHECK_NAMES[name] ?? name,
            <span key={name} class="actions">
              <Badge tone={CHECK_TONES[status]}>{status}</Badge>
              <span class="muted">{durationText(ms)}</span>
            </span>,
          ]),
        ),
        Sweeper: <Sweeper sweeper={state.sweeper} />,
      }}
    />
    {state.health.checks.policy?.status === 'failed' && (
      <p>
        Correct the policy with <code>make set NAME=policy</code>, which names each problem.
      </p>
    )}
  </Panel>
);

const Sweeper = ({ sweeper }: Pick<SystemState, 'sweeper'>) => {
  if (sweeper === null) return <span class="muted">cannot be read</span>;
  if (sweeper.last_tick_at === null) return <Badge tone="warn">has not run yet</Badge>;
  return (
    <span class="actions">
      <Badge tone={isSilent(sweeper) ? 'bad' : 'ok'}>{isSilent(sweeper) ? 'silent' : 'runs'}</Badge>
      <span class="muted">
        last run <Time at={sweeper.last_tick_at} />
      </span>
    </span>
  );
};
