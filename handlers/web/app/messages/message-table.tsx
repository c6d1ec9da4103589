import { useMemo, useRef } from 'preact/hooks';
import type { ApiMessage } from '#handlers/web/app/api/responses.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { StatusBadge } from '#handlers/web/app/parts/badge.tsx';
import { Creator } from '#handlers/web/app/parts/creator.tsx';
import { ROW_LINK } from '#handlers/web/app/parts/row-keys.ts';
import { RowTable } from '#handlers/web/app/parts/row-table.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { useNear } from '#handlers/web/app/state/use-near.ts';
import { messageSummary } from './message-summary.ts';

/**
 * Messages as rows. The text of each is a link to the message; the arrow keys move between them, and a click anywhere in a
 * row opens it.
 */
export const MessageTable = ({ messages }: { messages: readonly ApiMessage[] }) => {
  const rows = useMemo(
    () =>
      grouped(messages).map((group, index) => (
        <RowGroup key={group[0]?.id} messages={group} isFirst={index === 0} />
      )),
    [messages],
  );
  return (
    <RowTable label="List of messages" name="message-table" columns={COLUMNS}>
      {rows}
    </RowTable>
  );
};

const COLUMNS = [
  { text: 'Status' },
  { text: 'Message' },
  { text: 'Creator', isWideOnly: true },
  { text: 'Took', isWideOnly: true },
  { text: 'Created' },
];

const GROUP_ROWS = 20;
/** The height of a row before one was measured. Pixels. */
const ROW_HEIGHT_PX = 60;

/**
 * Some rows of the list. Far from the viewport, an empty space takes their place, so that a long list costs no more than a
 * short one.
 */
const RowGroup = ({ messages, isFirst }: { messages: readonly ApiMessage[]; isFirst: boolean }) => {
  const group = useRef<HTMLTableSectionElement>(null);
  const { isNear, heightPx } = useNear(group, isFirst);
  if (!isNear) {
    const height = heightPx ?? messages.length * ROW_HEIGHT_PX;
    return <tbody ref={group} style={{ height: `${height}px` }} />;
  }
  return (
    <tbody ref={group}>
      {messages.map((message) => (
        <MessageRow key={message.id} message={message} />
      ))}
    </tbody>
  );
};

/** Counted from the end, so that new messages at the top change only the first group. */
const grouped = (messages: readonly ApiMessage[]): ApiMessage[][] => {
  const first = messages.length % GROUP_ROWS;
  const starts = Array.from(
    { length: Math.floor(messages.length / GROUP_ROWS) },
    (_, index) => first + index * GROUP_ROWS,
  );
  return [
    ...(first === 0 ? [] : [messages.slice(0, first)]),
    ...starts.map((start) => messages.slice(start, start + GROUP_ROWS)),
  ];
};

/** A row that is rendered again only when its message has changed. */
const MessageRow = ({ message }: { message: ApiMessage }) =>
  useMemo(
    () => (
      <tr>
        <td>
          <StatusBadge status={message.status} />
        </td>
        <th scope="row">
          <a href={`/messages/${message.id}`} {...ROW_LINK}>
            <bdi class="one-line">{messageSummary(message)}</bdi>
          </a>
          <span class="row-note muted">
            {message.message_type}
            {noteOf(message)}
          </span>
        </th>
        <td class="wide-only">
          <Creator name={message.created_by} />
        </td>
        <td class="wide-only">{tookText(message)}</td>
        <td>
          <Time at={message.created_date} isInLink />
        </td>
      </tr>
    ),
    [message],
  );

const noteOf = ({ error_code, due_bucket }: ApiMessage): string => {
  const held = due_bucket?.startsWith('held-') ? ` · ${due_bucket.replace('-', ' by ')}` : '';
  return `${error_code === undefined ? '' : ` · ${error_code}`}${held}`;
};

const tookText = ({ processing_started_at, processing_completed_at }: ApiMessage): string => {
  if (processing_started_at === undefined || processing_completed_at === undefined) return '';
  return durationText(Date.parse(processing_completed_at) - Date.parse(processing_started_at));
};
