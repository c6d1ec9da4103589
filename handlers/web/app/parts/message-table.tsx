import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { StatusBadge } from './badge.tsx';
import { Time } from './time.tsx';

/** Messages as rows. The text of each is a link to the message. */
export const MessageTable = ({ messages }: { messages: readonly ApiMessage[] }) => (
  <div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Message</th>
          <th scope="col" class="wide-only">
            Creator
          </th>
          <th scope="col" class="wide-only">
            Took
          </th>
          <th scope="col">Created</th>
        </tr>
      </thead>
      <tbody>
        {messages.map((message) => (
          <tr key={message.id}>
            <td>
              <StatusBadge status={message.status} />
            </td>
            <th scope="row">
              <a href={`/messages/${message.id}`}>{summaryOf(message)}</a>
              <span class="row-note muted">
                {message.error_code === undefined
                  ? message.message_type
                  : `${message.message_type} · ${message.error_code}`}
              </span>
            </th>
            <td class="wide-only">{message.created_by}</td>
            <td class="wide-only">{tookText(message)}</td>
            <td>
              <Time at={message.created_date} isInLink />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

const MAX_SUMMARY = 120;

/** One line that says what the message is about. */
export const summaryOf = ({ message_type, payload, arguments: input }: ApiMessage): string => {
  const values: Record<string, unknown> = { ...input, ...payload };
  const action =
    typeof values.action === 'string' && typeof values.operation === 'string'
      ? `${values.action}.${values.operation}`
      : undefined;
  const candidates = [
    values.title,
    values.message,
    action,
    values.operation,
    values.action,
    values.name,
  ];
  const text = candidates.find(
    (value): value is string => typeof value === 'string' && value.trim() !== '',
  );
  return (text ?? message_type).slice(0, MAX_SUMMARY);
};

const tookText = ({ processing_started_at, processing_completed_at }: ApiMessage): string => {
  if (processing_started_at === undefined || processing_completed_at === undefined) return '';
  return durationText(Date.parse(processing_completed_at) - Date.parse(processing_started_at));
};
