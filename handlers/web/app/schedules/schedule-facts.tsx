import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { countText } from '#handlers/web/app/format/number.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { Creator } from '#handlers/web/app/parts/creator.tsx';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { expressionWords } from './expression-words.ts';
import { LastRun } from './schedule-table.tsx';
import { CATCH_UP_WORDS, OVERLAP_WORDS, targetWords } from './schedule-words.ts';

const SECOND_MS = 1_000;

/** How a schedule is set up, and how it went so far. */
export const ScheduleFacts = ({ schedule }: { schedule: ApiSchedule }) => {
  const { schedule_expression, timezone, start_date, end_date, max_runs, expect } = schedule;
  const words = expressionWords(schedule_expression);
  return (
    <Facts
      facts={{
        Time: (
          <>
            {words !== schedule_expression && <bdi>{words} </bdi>}
            <code class="muted">{schedule_expression}</code>
          </>
        ),
        'Time zone': <bdi>{timezone}</bdi>,
        Sends: <bdi>{targetWords(schedule)}</bdi>,
        'Last run': schedule.last_run && <LastRun schedule={schedule} />,
        Fires: `${countText(schedule.execution_count)}${max_runs === undefined ? '' : ` of ${countText(max_runs)}`}`,
        'Failed since the last success':
          schedule.consecutive_failures > 0 && countText(schedule.consecutive_failures),
        'Down since': schedule.down_since && <Time at={schedule.down_since} />,
        'Not before': start_date && <Time at={start_date} isExact />,
        'Not after': end_date && <Time at={end_date} isExact />,
        'While a run is open': OVERLAP_WORDS[schedule.overlap],
        'Missed fires': CATCH_UP_WORDS[schedule.catch_up],
        'Valid for': durationText(schedule.valid_for_seconds * SECOND_MS),
        'Reported when late by': durationText(expect.grace_seconds * SECOND_MS),
        'Reported when running for': durationText(expect.max_run_seconds * SECOND_MS),
        Created: (
          <>
            <Time at={schedule.created_date} /> by <Creator name={schedule.created_by} />
          </>
        ),
        Changed: <Time at={schedule.updated_date} />,
        Revision: schedule.revision,
        Id: <code>{schedule.id}</code>,
      }}
    />
  );
};
