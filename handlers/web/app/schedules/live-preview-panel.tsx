import { errorText, isApiError } from '#handlers/web/app/api/api-error.ts';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Notice } from '#handlers/web/app/parts/notice.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { FirePreview } from './fire-preview.tsx';
import type { LivePreview } from './use-fire-preview.ts';

export interface LivePreviewPanelProps {
  live: LivePreview;
  /** The number of fires after which the schedule ends; empty for none. */
  maxRuns: string;
}

/** The next fires of what is in the form. The former ones stay, dimmed, until the new ones are there. */
export const LivePreviewPanel = ({ live, maxRuns }: LivePreviewPanelProps) => {
  const { resource, preview, isOutdated, problems } = live;
  const { error } = resource;
  const isFailed = error !== undefined && !(isApiError(error) && error.status === 400);
  const isWrong = Object.keys(problems).length > 0;
  return (
    <Panel title="Next fires">
      <div
        class={`live-preview${isOutdated && !isWrong ? ' is-outdated' : ''}`}
        aria-live="polite"
        aria-busy={resource.isLoading}
      >
        {isFailed && (
          <Notice tone="warn" title="The preview could not be loaded." isAnnounced={false}>
            {errorText(error)} <Button onClick={resource.reload}>Try again</Button>
          </Notice>
        )}
        {isWrong ? (
          <p class="muted">They appear when the marked fields are correct.</p>
        ) : preview === undefined ? (
          !isFailed && <p class="muted">They appear when the time is complete.</p>
        ) : (
          <FirePreview preview={limited(preview, maxRuns)} />
        )}
      </div>
    </Panel>
  );
};

const limited = (preview: NonNullable<LivePreview['preview']>, maxRuns: string) => {
  const most = Number(maxRuns);
  return maxRuns.trim() === '' || !(most > 0)
    ? preview
    : { ...preview, fires: preview.fires.slice(0, most) };
};
