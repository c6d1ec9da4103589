import type { ApiMessage, RunMessage } from '#handlers/web/app/api/responses.ts';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { LongText } from '#handlers/web/app/parts/long-text.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import type { Tone } from '#handlers/web/app/parts/tone.ts';
import { nowMs } from '#handlers/web/app/state/now.ts';
import { ApprovalExpiry } from './approval-expiry.tsx';
import { errorMeaning } from './error-meaning.ts';
import { holderOf, waitingOf } from './waiting.ts';

const TONES = {
  held: 'warn',
  parked: 'warn',
  abandoned: 'bad',
  queued: 'info',
  processing: 'info',
} as const satisfies Record<string, Tone>;

/** What a person should know about a message that failed or waits: why, what it means, what to do. */
export const MessageState = ({ message }: { message: ApiMessage | RunMessage }) => {
  const { approval_id } = message;
  const waiting = waitingOf(message, nowMs.value);
  if (waiting === undefined) {
    return message.status === 'failed' ? (
      <Notice tone="bad" title={`Failed: ${message.error_code ?? 'unknown error'}`}>
        <Reason message={message} />
      </Notice>
    ) : null;
  }
  return (
    <Notice tone={TONES[waiting.kind]} title={waiting.title}>
      <p>
        {waiting.text}{' '}
        {waiting.link !== undefined && <a href={waiting.link.href}>{waiting.link.text}</a>}
      </p>
      <Facts
        facts={{
          Until: approval_id !== undefined && holderOf(message) === 'approval' && (
            <ApprovalExpiry id={approval_id} />
          ),
          ...Object.fromEntries(
            waiting.times.map(({ label, at }) => [label, <Time key={label} at={at} />]),
          ),
        }}
      />
      {message.error_code !== undefined && (
        <>
          <p>
            <strong>{message.error_code}</strong>
          </p>
          <Reason message={message} />
        </>
      )}
    </Notice>
  );
};

const Reason = ({ message }: { message: Pick<RunMessage, 'error_code' | 'error_message'> }) => {
  const { meaning, toDo } = errorMeaning(message.error_code ?? '');
  return (
    <Facts
      facts={{
        Reason: message.error_message !== undefined && <LongText text={message.error_message} />,
        Meaning: meaning,
        'What to do': toDo,
      }}
    />
  );
};
