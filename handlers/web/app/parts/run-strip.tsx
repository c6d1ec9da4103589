import { exactTime } from '#handlers/web/app/format/time.ts';
import { fireSummary, fireWords, type PastFire } from '#handlers/web/app/schedules/fire-words.ts';
import { TONES } from './badge.tsx';

/** The last fires as a strip, oldest first. Each is a link to its message, if it has one. */
export const RunStrip = ({ fires }: { fires: readonly PastFire[] }) => {
  const oldestFirst = [...fires].reverse();
  return (
    <figure class="run-strip">
      <ol aria-label="The last fires, oldest first">
        {oldestFirst.map((fire) => (
          <li key={fire.scheduled_time}>
            <Bar fire={fire} />
          </li>
        ))}
      </ol>
      <figcaption class="muted">{fireSummary(fires)}</figcaption>
    </figure>
  );
};

const Bar = ({ fire }: { fire: PastFire }) => {
  const { status, text } = fireWords(fire);
  const label = `${exactTime(Date.parse(fire.scheduled_time))}: ${text}`;
  const shape = `run-bar tone-${TONES[status] ?? 'neutral'}${fire.late ? ' is-late' : ''}`;
  return fire.message_id === undefined ? (
    <span class={`${shape} is-absent`} role="img" aria-label={label} title={label} />
  ) : (
    <a class={shape} href={`/messages/${fire.message_id}`} title={label}>
      <span class="visually-hidden">{label}</span>
    </a>
  );
};
