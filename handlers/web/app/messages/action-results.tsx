import { useState } from 'preact/hooks';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiActionResult, ResultList } from '#handlers/web/app/api/responses.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { Badge } from '#handlers/web/app/parts/badge.tsx';
import { Button } from '#handlers/web/app/parts/button.tsx';
import { Empty } from '#handlers/web/app/parts/empty.tsx';
import { Facts } from '#handlers/web/app/parts/facts.tsx';
import { Panel } from '#handlers/web/app/parts/panel.tsx';
import { ReadableData } from '#handlers/web/app/parts/readable-data.tsx';
import { ResourceView } from '#handlers/web/app/parts/resource-view.tsx';
import { Time } from '#handlers/web/app/parts/time.tsx';
import { LIVE_POLL_MS, useResource } from '#handlers/web/app/state/use-resource.ts';

export interface ActionResultsProps {
  messageId: string;
  /** Whether further results can appear. */
  isOpen: boolean;
}

/** The runs of a web action: what the service answered. */
export const ActionResults = ({ messageId, isOpen }: ActionResultsProps) => {
  const [isAll, setAll] = useState(false);
  const path = `/api/messages/${messageId}/results`;
  const resource = useResource(
    `${path} ${isOpen}`,
    async (signal) => (await request<ResultList>('GET', path, { signal })).body,
    { pollMs: isOpen ? LIVE_POLL_MS : undefined },
  );
  return (
    <Panel title="Calls of the service">
      <ResourceView resource={resource} what="the results">
        {({ data, pagination }) =>
          data.length === 0 ? (
            <Empty title={isOpen ? 'No run has ended yet.' : 'There is no result of a run.'} />
          ) : (
            <>
              {(isAll ? data : data.slice(0, 1)).map((result) => (
                <Result key={result.id} result={result} />
              ))}
              {!isAll && data.length > 1 && (
                <div>
                  <Button onClick={() => setAll(true)}>
                    {`Show ${quantityText(data.length - 1, 'earlier call')}`}
                  </Button>
                </div>
              )}
              {isAll && pagination.has_more && (
                <p class="muted">Only the last {data.length} are here.</p>
              )}
            </>
          )
        }
      </ResourceView>
    </Panel>
  );
};

const Result = ({ result }: { result: ApiActionResult }) => {
  const { response_body } = result;
  return (
    <article class="result">
      <Facts
        facts={{
          Outcome: <Badge tone={result.status === 'success' ? 'ok' : 'bad'}>{result.status}</Badge>,
          Operation: `${result.action}.${result.operation}`,
          Ended: <Time at={result.created_date} />,
          Took: durationText(result.execution_time_ms),
          Address: result.url !== undefined && <bdi>{result.url}</bdi>,
          Response: result.response_code,
          Error: result.error_code,
          Reason: result.error_message !== undefined && <bdi>{result.error_message}</bdi>,
        }}
      />
      {response_body !== undefined && (
        <ResponseBody text={response_body} isTruncated={result.truncated === true} />
      )}
    </article>
  );
};

/** Folded, because the result of the message usually says the same in fewer words. */
const ResponseBody = ({ text, isTruncated }: { text: string; isTruncated: boolean }) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Body of the response
      </Button>
      {isOpen && <ReadableData value={parsed(text)} label="Body of the response" />}
      {isOpen && isTruncated && <p class="muted">Only the beginning is stored.</p>}
    </>
  );
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
