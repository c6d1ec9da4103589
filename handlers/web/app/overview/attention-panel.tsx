import { errorText, isUnreachable } from '#handlers/web/app/api/api-error.ts';
import { listText } from '#handlers/web/app/format/list.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { DataAge } from '#handlers/web/app/parts/data-age.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { Skeleton } from '#handlers/web/app/parts/resource-view.tsx';
import { nowMs } from '#handlers/web/app/state/now.ts';
import type { Resource } from '#handlers/web/app/state/use-resource.ts';
import { attentionOf } from './attention.ts';
import type { Attention } from './attention-kind.ts';
import type { OverviewSources } from './overview-sources.ts';

export interface AttentionPanelProps {
  sources: OverviewSources;
  /** Whether the page says that it is offline. */
  isOffline: boolean;
}

/** What needs attention, from several reads. One that fails does not hide what the others found. */
export const AttentionPanel = ({ sources, isOffline }: AttentionPanelProps) => {
  const { approvals, effects, failed, schedules, system, flags } = sources;
  const reads: readonly Read[] = [
    { ...approvals, what: 'approvals' },
    { ...effects, what: 'effects' },
    { ...failed, what: 'failed messages' },
    { ...schedules, what: 'schedules' },
    { ...system, what: 'system' },
    { ...flags, what: 'flags' },
  ];
  const unread = (system.data?.unavailable ?? []).map((part) => part.replaceAll('_', ' '));
  const found = attentionOf(
    {
      approvals: approvals.data,
      effects: effects.data?.data,
      failed: failed.data,
      schedules: schedules.data,
      system: system.data,
      flags: flags.data?.data,
    },
    nowMs.value,
  );
  const isLoading = reads.some(({ data, error }) => data === undefined && error === undefined);
  const isKnown = unread.length === 0 && reads.every(({ error }) => error === undefined);

  return (
    <Panel title="Needs attention">
      <FailedReads
        reads={reads.filter(
          ({ error }) => error !== undefined && !(isOffline && isUnreachable(error)),
        )}
      />
      {unread.length > 0 && (
        <Notice tone="warn" title={`The platform could not read: ${listText(unread, 9)}.`} />
      )}
      <p class="visually-hidden" role="status">
        {found.length > 0 && `${quantityText(found.length, 'entry', 'entries')} to look at.`}
      </p>
      <ul class="attention" aria-label="What needs attention">
        {found.map((entry) => (
          <AttentionEntry key={entry.key} entry={entry} />
        ))}
      </ul>
      {isLoading && <Skeleton what="what needs attention" />}
      {!isLoading && isOffline && found.length === 0 && (
        <p class="muted">Not known while the page is offline.</p>
      )}
      {!isLoading && isKnown && found.length === 0 && (
        <p class="all-well" role="status">
          <Badge tone="ok">All is well</Badge> Nothing needs your attention.
        </p>
      )}
    </Panel>
  );
};

interface Read extends Resource<unknown> {
  what: string;
}

/** What could not be read and why, as one notice. */
const FailedReads = ({ reads }: { reads: readonly Read[] }) => {
  if (reads.length === 0) return null;
  const names = listText(
    reads.map(({ what }) => what),
    reads.length,
  );
  const isOffline = reads.every(({ error }) => isUnreachable(error));
  const oldestMs = Math.min(...reads.map(({ loadedAtMs }) => loadedAtMs ?? Number.NaN));
  return (
    <Notice
      tone={isOffline ? 'warn' : 'bad'}
      title={isOffline ? `Offline: ${names} cannot be read.` : `Loading ${names} failed.`}
    >
      <ul>
        {[...new Set(reads.map(({ error }) => errorText(error)))].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {!Number.isNaN(oldestMs) && (
        <p>
          <DataAge atMs={oldestMs} />
        </p>
      )}
      <Button onClick={() => reads.map(({ reload }) => reload())}>Try again</Button>
    </Notice>
  );
};

const AttentionEntry = ({ entry }: { entry: Attention }) => (
  <li>
    <Badge tone={entry.tone}>{entry.label ?? (entry.tone === 'bad' ? 'Problem' : 'Check')}</Badge>
    <p>
      {entry.text}
      {entry.quote !== undefined && (
        <span class="row-note muted">
          “<bdi>{entry.quote}</bdi>”
        </span>
      )}
    </p>
    <a class="button" href={entry.href}>
      {entry.linkText}
    </a>
  </li>
);
