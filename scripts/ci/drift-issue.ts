import * as z from 'zod/mini';

const Issues = z.array(
  z.object({ number: z.int(), title: z.string(), pull_request: z.optional(z.unknown()) }),
);

/** The dependencies of `saveDriftIssue`. */
export interface DriftIssueDeps {
  /** Origin and path of the API of GitHub, such as `https://api.github.com`. */
  api: string;
  /** `owner/name`. */
  repository: string;
  token: string;
  request?: typeof fetch;
}

const TIMEOUT_MS = 10_000;
const PAGE = 100;
/** GitHub accepts 65,536 characters. */
const MAX_CHARACTERS = 60_000;

/**
 * Opens the issue about the drift of a stage, or updates the open one. There is at most one open issue per stage.
 * @throws Error when GitHub refuses
 */
export const saveDriftIssue = async (
  stage: string,
  report: string,
  { api, repository, token, request = fetch }: DriftIssueDeps,
): Promise<'opened' | 'updated'> => {
  const call = async (method: string, path: string, content?: unknown): Promise<unknown> => {
    const response = await request(`${api}/repos/${repository}/issues${path}`, {
      method,
      headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${token}` },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`GitHub responds with ${response.status} to ${method}`);
    return response.json();
  };

  const title = `Drift of ${stage}`;
  const body = bodyOf(stage, report);
  const open = z.parse(
    Issues,
    await call('GET', `?state=open&creator=github-actions%5Bbot%5D&per_page=${PAGE}`),
  );
  const existing = open.find((one) => one.title === title && one.pull_request === undefined);
  if (existing === undefined) {
    await call('POST', '', { title, body });
    return 'opened';
  }
  await call('PATCH', `/${existing.number}`, { body });
  return 'updated';
};

const bodyOf = (stage: string, report: string) => {
  const cut = report.length > MAX_CHARACTERS ? `${report.slice(0, MAX_CHARACTERS)}\n…` : report;
  return `The stage ${stage} differs from the code that it should run. \`make plan STAGE=${stage}\` shows the values. Correct the code, or deploy again.\n\n${cut}`;
};
