import { exactTime, shortDate } from '#handlers/web/app/format/time.ts';
import { Badge, TONES } from '#handlers/web/app/parts/badge.tsx';
import { fireWords, type ListedFire } from './fire-words.ts';
import { ZonedTime } from './zoned-time.tsx';

export interface FireTableProps {
  fires: readonly ListedFire[];
  /** The zone of the schedule. */
  zone: string;
}

/** Past fires as rows, newest first. What became of each is said in words. */
export const FireTable = ({ fires, zone }: FireTableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus.
  <section class="scroll" aria-label="List of past fires" tabIndex={0}>
    <table>
      <thead>
        <tr>
          <th scope="col">Scheduled</th>
          <th scope="col">What became of it</th>
        </tr>
      </thead>
      <tbody>
        {fires.map((fire) => (
          <FireRow key={fire.scheduled_time} {...{ fire, zone }} />
        ))}
      </tbody>
    </table>
  </section>
);

const FireRow = ({ fire, zone }: { fire: ListedFire; zone: string }) => {
  const { scheduled_time, message_id, late } = fire;
  const { status, text, reason } = fireWords(fire);
  const date = (
    <time dateTime={scheduled_time} title={exactTime(Date.parse(scheduled_time))}>
      {shortDate(Date.parse(scheduled_time))}
    </time>
  );
  return (
    <tr>
      <th scope="row">
        {message_id === undefined ? (
          date
        ) : (
          <a class="target" href={`/messages/${message_id}`}>
            {date}
          </a>
        )}{' '}
        <ZonedTime at={scheduled_time} zone={zone} />
      </th>
      <td>
        <Badge tone={late && status === 'completed' ? 'warn' : (TONES[status] ?? 'neutral')}>
          {text}
        </Badge>
        {reason !== undefined && <span class="row-note muted">{reason}</span>}
      </td>
    </tr>
  );
};
