import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { saveDriftIssue } from '#scripts/ci/drift-issue.ts';

interface Call {
  method: string;
  path: string;
  authorization: string;
  content: Record<string, string>;
}

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** GitHub with these open issues. */
const github = async (issues: readonly object[], status = 200) => {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { method = '', url = '', headers } = request;
    const content = text === '' ? {} : JSON.parse(text);
    calls.push({ method, path: url, authorization: headers.authorization ?? '', content });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(method === 'GET' ? issues : {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { calls, deps: { api, repository: 'owner/name', token: 'a-token' } };
};

describe('the issue about drift', () => {
  it('is opened when no issue about the stage is open', async () => {
    const { calls, deps } = await github([
      { number: 1, title: 'Drift of dev' },
      { number: 2, title: 'Drift of prod', pull_request: {} },
    ]);

    await expect(saveDriftIssue('prod', 'the report', deps)).resolves.toBe('opened');
    expect(calls[0]).toMatchObject({ method: 'GET', authorization: 'Bearer a-token' });
    expect(calls[1]).toMatchObject({ method: 'POST', path: '/repos/owner/name/issues' });
    expect(calls[1]?.content).toMatchObject({ title: 'Drift of prod' });
    expect(calls[1]?.content.body).toContain('the report');
  });

  it('is updated while it is open', async () => {
    const { calls, deps } = await github([{ number: 7, title: 'Drift of prod' }]);

    await expect(saveDriftIssue('prod', 'the report', deps)).resolves.toBe('updated');
    expect(calls.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'GET /repos/owner/name/issues',
      'PATCH /repos/owner/name/issues/7',
    ]);
  });

  it('has a text that GitHub accepts, however long the report is', async () => {
    const { calls, deps } = await github([]);

    await saveDriftIssue('prod', 'x'.repeat(100_000), deps);
    expect(calls[1]?.content.body?.length).toBeLessThan(65_536);
  });

  it('is an error when GitHub refuses, and the error does not contain the token', async () => {
    const { deps } = await github([], 403);

    const error = await saveDriftIssue('prod', 'the report', deps).catch(String);
    expect(error).toBe('Error: GitHub responds with 403 to GET');
  });
});
