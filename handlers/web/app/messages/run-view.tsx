import type { ApiRun, RunMessage } from '#handlers/web/app/api/responses.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { StatusBadge } from '#handlers/web/app/parts/badge.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { onRowKey, ROW_LINK } from '#handlers/web/app/parts/row-keys.ts';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { placeOf, type Segment, segmentsOf, spanOf } from './time-line.ts';

export interface RunViewProps {
  run: ApiRun;
  /** The message that the page shows. */
  selectedId?: string | undefined;
  /** The current time. Milliseconds since the Unix epoch. */
  nowMs: number;
}

/** A run as a tree of links to its messages, each with a time line. The arrow keys move between the messages. */
export const RunView = ({ run, selectedId, nowMs }: RunViewProps) => {
  const span = spanOf(run, nowMs);
  const lookup = { selectedId, nowMs, span };
  return (
    <div class="run">
      <p class="run-facts">
        <span role="status">
          <StatusBadge status={run.status} /> {quantityText(run.count, 'message')}
        </span>
        <span class="muted">
          started <Time at={run.started_at} />, {run.ended_at === null ? 'open for' : 'took'}{' '}
          {durationText(span.toMs - span.fromMs)}
        </span>
        <span class="run-keys muted" aria-hidden="true">
          <span class="key key-waiting">waiting</span> <span class="key key-working">working</span>{' '}
          <span class="key key-held">held</span>
        </span>
      </p>
      {run.truncated && (
        <Notice tone="warn" title="The run is larger than this page shows.">
          Only the first {quantityText(run.count, 'message')} are here.
        </Notice>
      )}
      <RunList nodes={[run.root]} depth={0} label="Messages of the run" {...lookup} />
      {run.others.length > 0 && (
        <>
          <h3>Messages without a parent here</h3>
          <RunList nodes={run.others} depth={0} label="Messages without a parent" {...lookup} />
        </>
      )}
    </div>
  );
};

interface RunListProps {
  nodes: readonly RunMessage[];
  depth: number;
  label?: string | undefined;
  selectedId: string | undefined;
  nowMs: number;
  span: { fromMs: number; toMs: number };
}

/** Deeper messages are not indented further, so that they fit on a phone. */
const MAX_INDENT = 6;

const RunList = ({ nodes, depth, label, ...lookup }: RunListProps) => (
  <ol aria-label={label} onKeyDown={depth === 0 ? onRowKey : undefined}>
    {nodes.map((node) => (
      <li key={node.id}>
        <RunRow node={node} depth={depth} {...lookup} />
        {node.children.length > 0 && (
          <RunList nodes={node.children} depth={depth + 1} {...lookup} />
        )}
      </li>
    ))}
  </ol>
);

const RunRow = ({
  node,
  depth,
  selectedId,
  nowMs,
  span,
}: Omit<RunListProps, 'nodes' | 'label'> & { node: RunMessage }) => {
  const segments = segmentsOf(node, nowMs);
  const isSelected = node.id === selectedId;
  return (
    <div class={`run-row${isSelected ? ' is-selected' : ''}`}>
      <a
        href={`/messages/${node.id}`}
        aria-current={isSelected ? 'true' : undefined}
        style={{ paddingLeft: `${Math.min(depth, MAX_INDENT)}rem` }}
        {...ROW_LINK}
      >
        <StatusBadge status={node.status} /> <bdi>{node.message_type}</bdi>
        {node.error_code !== undefined && <span class="muted"> · {node.error_code}</span>}
      </a>
      <span class="time-line" aria-hidden="true">
        {segments.map((segment) => {
          const { left, width } = placeOf(segment, span);
          return (
            <span
              key={segment.kind + segment.fromMs}
              class={`time-part run-${segment.kind}`}
              style={{ left: `${left}%`, width: `${width}%` }}
            />
          );
        })}
      </span>
      <span class="run-time muted">{segmentsText(segments)}</span>
    </div>
  );
};

/** `300 ms + 1.2 s`; the words are for screen readers. */
const segmentsText = (segments: readonly Segment[]) =>
  segments.map(({ kind, fromMs, toMs }, index) => (
    <span key={kind + fromMs}>
      {index > 0 && ' + '}
      <span class="visually-hidden">{kind} </span>
      {durationText(toMs - fromMs)}
    </span>
  ));
