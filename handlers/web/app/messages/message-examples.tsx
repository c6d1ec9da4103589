import type { RunMessage } from '#handlers/web/app/api/responses.ts';
import { Creator } from '#handlers/web/app/parts/creator.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ReadableData } from '#handlers/web/app/parts/readable-data.tsx';
import { MessageState } from './message-state.tsx';
import { RunView } from './run-view.tsx';

const START = '2026-03-01T12:00:00.000Z';
const NOW_MS = Date.parse('2026-03-01T12:00:09.000Z');

const example = (id: string, fields: Partial<RunMessage>): RunMessage => ({
  message_id: id,
  id,
  version: '1.0',
  message_type: 'notify',
  status: 'queued',
  stage: 'dev',
  created_by: 'processor',
  requested_by: 'user:ada',
  correlation_id: 'example',
  created_date: START,
  updated_date: '2026-03-01T12:00:04.000Z',
  valid_until: '2026-03-02T12:00:00.000Z',
  due_bucket: 'due',
  next_due_at: '2026-03-01T12:01:00.000Z',
  hop_count: 0,
  attempt: 1,
  retry_count: 0,
  strikes: 0,
  waited_ms: null,
  duration_ms: null,
  children: [],
  ...fields,
});

const STARTED = { processing_started_at: '2026-03-01T12:00:03.000Z' };
const FAILED = {
  ...STARTED,
  status: 'failed',
  processing_completed_at: '2026-03-01T12:00:05.000Z',
  error_code: 'REFUSED_BY_PROVIDER',
  error_message: 'the service has no forecast for this place',
} as const;
const HELD = {
  ...STARTED,
  due_bucket: 'held-ntfy',
  error_code: 'CIRCUIT_OPEN',
  error_message: 'the breaker of ntfy is open',
};
const PARKED = { not_before: '2100-01-01T00:00:00.000Z', error_code: 'HTTP_5XX' };

/** The parts of the page of a message, in all states. */
export const MessageExamples = () => (
  <Panel title="A message and its run">
    {[{}, PARKED, HELD, FAILED].map((fields) => (
      <MessageState key={JSON.stringify(fields)} message={example('state', fields)} />
    ))}
    <RunView
      nowMs={NOW_MS}
      selectedId="held"
      run={{
        correlation_id: 'example',
        status: 'open',
        started_at: START,
        ended_at: null,
        duration_ms: null,
        count: 3,
        root: example('root', { ...FAILED, children: [example('held', HELD)] }),
        others: [example('other', {})],
        truncated: true,
      }}
    />
    <ReadableData
      label="Example"
      value={{ text: 'a\nb', list: [{ place: 'Pittsburgh', free: true }], none: null }}
    />
    <p>
      <Creator name="user:2814d2a6-2ef6-4774-9307-2ca89ab0a57f" />
    </p>
  </Panel>
);
