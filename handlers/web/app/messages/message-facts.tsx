import type { ApiMessage, RunMessage } from '#handlers/web/app/api/responses.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { Creator } from '#handlers/web/app/parts/creator.tsx';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { ScheduleLink } from '#handlers/web/app/schedules/schedule-link.tsx';
import { holderOf } from './waiting.ts';

const MS_PER_SECOND = 1_000;

/** Who, when, and how often. What says nothing is left out. */
export const MessageFacts = ({ message }: { message: ApiMessage | RunMessage }) => {
  const {
    parent_id,
    approval_id,
    effect_id,
    created_by,
    requested_by,
    processing_started_at: started,
    processing_completed_at: ended,
    strikes,
    retry_count,
    ttl,
  } = message;
  const isRoot = parent_id === undefined;
  return (
    <Facts
      facts={{
        Id: <code>{message.id}</code>,
        Creator: <Creator name={created_by} />,
        'Requested by': requested_by !== created_by && <Creator name={requested_by} />,
        Schedule: isRoot && created_by === 'scheduler' && <ScheduleLink messageId={message.id} />,
        Parent: !isRoot && <a href={`/messages/${parent_id}`}>{parent_id}</a>,
        Created: <Time at={message.created_date} />,
        Started: started !== undefined && <Time at={started} />,
        Ended: ended !== undefined && <Time at={ended} />,
        Waited:
          // Of several runs, only the last is known.
          message.attempt === 1 &&
          started !== undefined &&
          durationText(Math.max(0, Date.parse(started) - Date.parse(message.created_date))),
        Worked:
          started !== undefined &&
          ended !== undefined &&
          durationText(Math.max(0, Date.parse(ended) - Date.parse(started))),
        Approval: approval_id !== undefined && (
          <a href={`/approvals/${encodeURIComponent(approval_id)}`}>Open the approval</a>
        ),
        Effect: effect_id !== undefined && (
          <a href={`/effects/${encodeURIComponent(effect_id)}`}>Open the effect</a>
        ),
        'Held by': holderOf(message),
        Claims: message.attempt > 1 && message.attempt,
        Retries: retry_count > 0 && retry_count,
        Strikes: strikes > 1 && `${strikes} of 8`,
        'Valid until': ttl === undefined && <Time at={message.valid_until} />,
        'Push id': message.notification_id,
        'Correlation id': message.correlation_id !== message.id && (
          <code>{message.correlation_id}</code>
        ),
        Deleted: ttl !== undefined && <Time at={new Date(ttl * MS_PER_SECOND).toISOString()} />,
      }}
    />
  );
};

/** Who processed the message again, and why. */
export const MessageRedrives = ({
  redrives,
}: {
  redrives: NonNullable<RunMessage['redrives']>;
}) => (
  <Panel title="Redrives">
    <ol class="data-list">
      {redrives.map(({ at, by, reason }) => (
        <li key={at}>
          <Time at={at} /> by <Creator name={by} />: <bdi class="data-text">{reason}</bdi>
        </li>
      ))}
    </ol>
  </Panel>
);
