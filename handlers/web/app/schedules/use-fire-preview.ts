import { useRef } from 'preact/hooks';
import { isApiError } from '#handlers/web/app/api/api-error.ts';
import type { SchedulePreview } from '#handlers/web/app/api/responses.ts';
import { useDebounced } from '#handlers/web/app/state/use-debounced.ts';
import { type Resource, useResource } from '#handlers/web/app/state/use-resource.ts';
import { loadPreview } from './load-preview.ts';
import { type PreviewRequest, previewRequest } from './preview-request.ts';
import { expressionOf } from './recurrence.ts';
import { type ProblemsByPath, problemsOfDetails } from './schedule-problems.ts';
import type { ScheduleValues } from './schedule-values.ts';

/** A preview that follows the input. */
export interface LivePreview {
  resource: Resource<SchedulePreview | undefined>;
  /** The last preview that succeeded. */
  preview: SchedulePreview | undefined;
  /** Whether the preview belongs to an earlier input. */
  isOutdated: boolean;
  /** What the API says about the values, at the paths of the form. */
  problems: ProblemsByPath;
}

/** A pause in typing after which the preview is loaded. Milliseconds. */
const TYPING_MS = 400;

/** The next fires of the values in a form. A request of an earlier input is aborted. */
export const useFirePreview = (values: ScheduleValues): LivePreview => {
  const expression = expressionOf(values.recurrence);
  const key =
    expression === undefined || values.timezone.trim() === ''
      ? ''
      : JSON.stringify(previewRequest(expression, values));
  const settledKey = useDebounced(key, TYPING_MS);
  const resource = useResource(settledKey, async (signal) =>
    settledKey === '' ? undefined : loadPreview(JSON.parse(settledKey) as PreviewRequest, signal),
  );
  const last = useRef<SchedulePreview | undefined>(undefined);
  if (resource.data !== undefined) last.current = resource.data;
  const isCurrent = settledKey === key;
  return {
    resource,
    preview: last.current,
    isOutdated: !isCurrent || resource.data === undefined,
    problems: isCurrent ? problemsOf(resource.error) : {},
  };
};

const problemsOf = (error: unknown): ProblemsByPath => {
  if (!isApiError(error) || error.status !== 400) return {};
  const details = error.details.map(({ path, problem }) => ({
    path: path.replace(/^expression\b/, 'schedule_expression'),
    problem,
  }));
  return problemsOfDetails(details).byPath;
};
