import type { SchedulePreview } from '#handlers/web/app/api/responses.ts';
import { exactTime, shortDate } from '#handlers/web/app/format/time.ts';
import { Notice } from './notice.tsx';
import { Time } from './time.tsx';
import { ZonedTime } from './zoned-time.tsx';

export interface FirePreviewProps {
  preview: SchedulePreview;
}

/** The next fires in the viewer's zone and in that of the schedule, and what clock changes do to them. */
export const FirePreview = ({ preview: { fires, warnings, timezone } }: FirePreviewProps) => (
  <>
    {warnings.map(({ kind, message }) => (
      <Notice key={message} tone={kind === 'never' ? 'bad' : 'warn'} title={WARNING_TITLES[kind]}>
        {message}
      </Notice>
    ))}
    {fires.length > 0 && (
      <ol class="fires">
        {fires.map(({ utc }) => (
          <li key={utc}>
            <span title={exactTime(Date.parse(utc))}>{shortDate(Date.parse(utc))}</span>
            <ZonedTime at={utc} zone={timezone} />
            <span class="fire-distance muted">
              <Time at={utc} isInLink />
            </span>
          </li>
        ))}
      </ol>
    )}
  </>
);

const WARNING_TITLES: Readonly<Record<SchedulePreview['warnings'][number]['kind'], string>> = {
  skipped: 'Clocks go forward over a fire',
  repeated: 'Clocks go back over a fire',
  dates_ignored: 'The dates have no effect',
  never: 'It would never fire',
};
