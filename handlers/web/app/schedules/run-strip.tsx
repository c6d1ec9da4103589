import { exactTime } from '#handlers/web/app/format/time.ts';
import { Sign, TONES } from '#handlers/web/app/parts/badge.tsx';
import { fireSummary, fireWords, type ListedFire } from './fire-words.ts';

/** The last fires as a strip, oldest first. Each is a link to its message, if it has one. */
export const RunStrip = ({ fires }: { fires: readonly ListedFire[] }) => {
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

const Bar = ({ fire }: { fire: ListedFire }) => {
  const { status, text, reason } = fireWords(fire);
  const label = `${exactTime(Date.parse(fire.scheduled_time))}: ${text}${reason === undefined ? '' : `, ${reason}`}`;
  const tone = fire.late && status === 'completed' ? 'warn' : (TONES[status] ?? 'neutral');
  const shape = `run-bar tone-${tone}`;
  return fire.message_id === undefined ? (
    <span class={`${shape} is-absent`} title={label}>
      <Sign tone={tone} />
      <span class="visually-hidden">{label}</span>
    </span>
  ) : (
    <a class={shape} href={`/messages/${fire.message_id}`} title={label}>
      <Sign tone={tone} />
      <span class="visually-hidden">{label}</span>
    </a>
  );
};
