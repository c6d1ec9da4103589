import { errorText, isApiError, isUnreachable } from '#handlers/web/app/api/api-error.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { messageSummary } from '#handlers/web/app/messages/message-summary.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import type { Tone } from '#handlers/web/app/parts/tone.ts';
import { type QueueEntry, queueCounts } from './run-queue.ts';
import type { RedriveBatch } from './use-redrive.ts';

/** How far a batch of redrives is, with the outcome of each message. */
export const RedriveProgress = ({ batch }: { batch: RedriveBatch }) => {
  const { entries, isRunning, stop, close } = batch;
  if (entries.length === 0) return null;
  const counts = queueCounts(entries);
  const ended = counts.done + counts.failed + counts.stopped;
  return (
    <Panel
      title={isRunning ? 'Redriving …' : 'Redrive ended'}
      actions={
        isRunning ? <Button onClick={stop}>Stop</Button> : <Button onClick={close}>Close</Button>
      }
    >
      <progress class="progress" value={ended} max={entries.length} aria-label="Redrive" />
      <p role="status">
        {quantityText(counts.done, 'message')} of {entries.length} redriven
        {counts.failed > 0 && `, ${counts.failed} not redriven`}
        {counts.stopped > 0 && `, ${counts.stopped} left as they were`}.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus. */}
      <section class="outcomes" aria-label="Outcomes" tabIndex={0}>
        <ul>
          {entries.map((entry) => (
            <li key={entry.item.id}>
              <Badge tone={TONES[entry.state]}>{WORDS[entry.state]}</Badge>{' '}
              <a href={`/messages/${entry.item.id}`}>
                <bdi>{messageSummary(entry.item)}</bdi>
              </a>
              {entry.error !== undefined && <Refusal error={entry.error} />}
            </li>
          ))}
        </ul>
      </section>
    </Panel>
  );
};

type State = QueueEntry<unknown, unknown>['state'];

const WORDS: Readonly<Record<State, string>> = {
  waiting: 'waiting',
  running: 'redriving',
  done: 'redriven',
  failed: 'not redriven',
  stopped: 'left',
};

const TONES: Readonly<Record<State, Tone>> = {
  waiting: 'neutral',
  running: 'info',
  done: 'ok',
  failed: 'bad',
  stopped: 'neutral',
};

/** Why a message was not redriven. */
const Refusal = ({ error }: { error: unknown }) => (
  <p class="muted">
    {isUnreachable(error)
      ? 'It is not known whether it was redriven. Redrive it again: a message that did not fail again is refused.'
      : errorText(error)}{' '}
    {isApiError(error) && <code>{error.code}</code>}
  </p>
);
