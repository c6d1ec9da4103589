import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { healthReason } from './schedule-words.ts';

/** What is special about the state of a schedule: nothing for one that is active and well. */
export const ScheduleState = ({ schedule }: { schedule: ApiSchedule }) => {
  const { status, health, updated_date, paused_reason, paused_until } = schedule;
  const reason = healthReason(schedule);
  if (status === 'deleted') {
    return (
      <Notice tone="neutral" title="This schedule is deleted." isAnnounced={false}>
        It was deleted <Time at={updated_date} /> and does not fire again. It cannot be restored;
        its values can be copied to a new one.
      </Notice>
    );
  }
  if (status === 'completed') {
    return (
      <Notice tone="neutral" title="This schedule is completed." isAnnounced={false}>
        It does not fire again. Edit it so that it has a next fire to start it again.
      </Notice>
    );
  }
  if (status === 'paused') {
    return (
      <Notice tone="warn" title="This schedule is paused." isAnnounced={false}>
        {paused_reason !== undefined && (
          <p>
            Reason: <bdi>{paused_reason}</bdi>
          </p>
        )}
        {paused_until === undefined ? (
          <p>It does not fire until somebody resumes it.</p>
        ) : (
          <p>
            It continues <Time at={paused_until} isExact />, <Time at={paused_until} isInLink />.
          </p>
        )}
      </Notice>
    );
  }
  if (schedule.zone_data_differs) {
    return (
      <Notice tone="warn" title="It fires at other times than shown." isAnnounced={false}>
        EventBridge Scheduler has other data about the time zone than the platform.
      </Notice>
    );
  }
  return reason === undefined ? null : (
    <Notice
      tone={health === 'late' ? 'warn' : 'bad'}
      title={`This schedule is ${health}.`}
      isAnnounced={false}
    >
      <bdi>{reason}</bdi>
    </Notice>
  );
};
