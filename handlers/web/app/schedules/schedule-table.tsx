import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { shortDate } from '#handlers/web/app/format/time.ts';
import { StatusBadge } from '#handlers/web/app/parts/badge.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { mayOperate } from '#handlers/web/app/session/session.ts';
import { expressionWords } from './expression-words.ts';
import { ScheduleActions } from './schedule-actions.tsx';
import { healthReason } from './schedule-words.ts';
import { ZonedTime } from './zoned-time.tsx';

export interface ScheduleTableProps {
  schedules: readonly ApiSchedule[];
  /** Called after an action, so that the list shows its effect. */
  onChanged: () => void;
}

/** Schedules as rows: what each does, when it fires next, whether it works, and what the viewer can do with it. */
export const ScheduleTable = ({ schedules, onChanged }: ScheduleTableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus.
  <section class="scroll" aria-label="Schedules" tabIndex={0}>
    <table class="schedules">
      <thead>
        <tr>
          <th scope="col">Schedule</th>
          <th scope="col">Next fire</th>
          <th scope="col">Health</th>
          <th scope="col">Last run</th>
          {mayOperate() && <th scope="col">Actions</th>}
        </tr>
      </thead>
      <tbody>
        {schedules.map((schedule) => (
          <ScheduleRow key={schedule.id} schedule={schedule} onChanged={onChanged} />
        ))}
      </tbody>
    </table>
  </section>
);

const ScheduleRow = ({ schedule, onChanged }: { schedule: ApiSchedule; onChanged: () => void }) => {
  const { id, name, schedule_expression, timezone, next_fire_at } = schedule;
  return (
    <tr>
      <th scope="row" class="schedule-name">
        <a class="target" href={`/schedules/${id}`}>
          <bdi class="cut-text">{name}</bdi>
        </a>
        <span class="row-note muted">
          <bdi>{expressionWords(schedule_expression)}</bdi>, <bdi>{timezone}</bdi>
        </span>
      </th>
      <td class="schedule-next">
        {next_fire_at === undefined ? (
          <span class="muted">{noFireText(schedule)}</span>
        ) : (
          <>
            <Time at={next_fire_at} isInLink />
            <span class="row-note muted">
              {shortDate(Date.parse(next_fire_at))} <ZonedTime at={next_fire_at} zone={timezone} />
            </span>
          </>
        )}
      </td>
      <td class="schedule-health">
        <HealthBadge schedule={schedule} />
        <HealthNote schedule={schedule} />
      </td>
      <td class="schedule-last">
        <LastRun schedule={schedule} />
      </td>
      {mayOperate() && (
        <td class="schedule-actions">
          <ScheduleActions schedule={schedule} onChanged={onChanged} />
        </td>
      )}
    </tr>
  );
};

const noFireText = ({ status, paused_until }: ApiSchedule) => {
  if (status === 'paused') return paused_until === undefined ? 'when resumed' : 'after the pause';
  return 'none';
};

/** The health of a schedule; of one that has ended, its status instead. */
export const HealthBadge = ({ schedule }: { schedule: ApiSchedule }) => {
  const hasEnded = schedule.status === 'completed' || schedule.status === 'deleted';
  return <StatusBadge status={hasEnded ? schedule.status : schedule.health} />;
};

/** Why it is not well, or until when and why it is paused. */
const HealthNote = ({ schedule }: { schedule: ApiSchedule }) => {
  const { status, paused_reason, paused_until } = schedule;
  const reason = healthReason(schedule);
  if (status === 'paused') {
    return (
      <span class="row-note muted">
        {paused_reason !== undefined && <bdi class="cut-text">{paused_reason}</bdi>}
        {paused_until !== undefined && (
          <span class="block">
            until <Time at={paused_until} isInLink />
          </span>
        )}
      </span>
    );
  }
  return reason === undefined ? null : <bdi class="row-note muted cut-text">{reason}</bdi>;
};

/** The status of the last run with a link to its message. */
export const LastRun = ({ schedule: { last_run, name } }: { schedule: ApiSchedule }) =>
  last_run === undefined ? (
    <span class="last-run muted">no run yet</span>
  ) : (
    <a class="last-run" href={`/messages/${last_run.message_id}`}>
      <span class="visually-hidden">Last run of {name}:</span>{' '}
      <StatusBadge status={last_run.status} /> <Time at={last_run.scheduled_time} isInLink />
    </a>
  );
