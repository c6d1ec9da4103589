import type { SchedulePreview } from '#handlers/web/app/api/responses.ts';
import { exactTime, relativeTime, shortDate } from '#handlers/web/app/format/time.ts';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { nowMs } from '#handlers/web/app/state/now.ts';
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
            <span class="fire-distance muted">{distanceText(Date.parse(utc))}</span>
          </li>
        ))}
      </ol>
    )}
  </>
);

/** How far away it is; nothing when that is only another date. */
const distanceText = (atMs: number): string => {
  const text = relativeTime(atMs, nowMs.value);
  return text === shortDate(atMs) ? '' : text;
};

const WARNING_TITLES: Readonly<Record<SchedulePreview['warnings'][number]['kind'], string>> = {
  skipped: 'A fire is skipped',
  repeated: 'A fire is in an hour that comes twice',
  dates_ignored: 'The dates have no effect',
  never: 'It has no next fire',
};
