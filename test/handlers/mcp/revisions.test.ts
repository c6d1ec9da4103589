import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEGACY, type LoadedMcp, loadMcp, MODERN, modernHeaders, modernRequest } from './mcp.ts';

let mcp: LoadedMcp;
beforeEach(async () => {
  mcp = await loadMcp();
});
afterEach(() => {
  vi.restoreAllMocks();
  mcp.keys.close();
});

/** Sends the requests of the official client to the function. */
const fetchFrom =
  (headers: Record<string, string>) => async (address: URL | string, init?: RequestInit) => {
    const request = new Request(address, init);
    const {
      statusCode = 0,
      headers: answered,
      body,
    } = await mcp.raw({
      ...{
        method: request.method,
        path: new URL(request.url).pathname,
        body: await request.text(),
      },
      headers: { ...Object.fromEntries(request.headers), ...headers },
    });
    const isEmpty = [202, 204].includes(statusCode);
    return new Response(isEmpty ? null : (body ?? ''), {
      status: statusCode,
      headers: answered as Record<string, string>,
    });
  };

describe('the official client', () => {
  it.each([MODERN, ...LEGACY])('lists and calls tools by the revision %s', async (revision) => {
    const client = new Client(
      { name: 'test', version: '1' },
      revision === MODERN
        ? { versionNegotiation: { mode: { pin: MODERN } } }
        : { supportedProtocolVersions: [revision] },
    );
    const transport = new StreamableHTTPClientTransport(new URL('https://public-url.example/mcp'), {
      fetch: fetchFrom(mcp.as('ada', 'operator')),
    });
    await client.connect(transport);

    const { tools } = await client.listTools();
    const result = await client.callTool({ name: 'list_approvals', arguments: {} });
    const refused = client.callTool({ name: 'list_approvals', arguments: { verbose: true } });

    expect(tools.map(({ name }) => name)).toContain('golf_search_tee_times');
    expect(result.structuredContent).toEqual({ approvals: [] });
    await expect(refused).rejects.toThrow(/not valid/);
    await client.close();
  });
});

describe('headers that disagree with the body', () => {
  const send = (headers: Record<string, string>) =>
    mcp.post(modernRequest('tools/list'), { ...modernHeaders('tools/list'), ...headers });

  it.each(LEGACY)('about the revision (%s) do not matter: the body applies', async (revision) => {
    const { status, body } = await send({ 'MCP-Protocol-Version': revision });

    expect(status).toBe(200);
    expect(body.result).toHaveProperty('tools');
  });

  it.each([
    ['about the method', { 'Mcp-Method': 'tools/call' }],
    ['about an unknown revision', { 'MCP-Protocol-Version': '2024-11-05' }],
    ['about a revision that is none', { 'MCP-Protocol-Version': 'latest' }],
  ])('%s are refused', async (_, headers) => {
    const { status, body } = await send(headers);

    expect(status).toBe(400);
    expect(body.error).toBeDefined();
  });

  it.each(LEGACY)(
    'of the newest revision do not matter to the handshake of %s',
    async (revision) => {
      const { status, body } = await mcp.post(
        {
          ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
          params: {
            protocolVersion: revision,
            capabilities: {},
            clientInfo: { name: 'test', version: '1' },
          },
        },
        { 'MCP-Protocol-Version': MODERN },
      );

      expect(status).toBe(200);
      expect(body.result).toMatchObject({ protocolVersion: revision });
    },
  );

  it('about the name of the tool are refused', async () => {
    const params = { name: 'list_approvals', arguments: {} };

    const { status } = await mcp.post(modernRequest('tools/call', params), {
      ...modernHeaders('tools/call', params),
      'Mcp-Name': 'list_messages',
    });

    expect(status).toBe(400);
  });
});

describe('a client', () => {
  it('that accepts only JSON gets JSON', async () => {
    const answers = [
      await mcp.ask('tools/list', {}, { Accept: 'application/json' }),
      await mcp.post(
        { jsonrpc: '2.0', id: 1, method: 'tools/list' },
        { 'MCP-Protocol-Version': '2025-06-18', Accept: 'application/json' },
      ),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ headers }) => headers['Content-Type'])).toEqual([
      'application/json',
      'application/json',
    ]);
  });

  it('that accepts no JSON is refused', async () => {
    const { status } = await mcp.post(
      { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      { 'MCP-Protocol-Version': '2025-06-18', Accept: 'text/event-stream' },
    );

    expect(status).toBe(406);
  });

  it('of the revision 2025-03-26 may send a batch', async () => {
    const batch = [
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
    ];

    const { status, text } = await mcp.post(batch, { 'MCP-Protocol-Version': '2025-03-26' });

    const answers = JSON.parse(text) as { id: number }[];
    expect(status).toBe(200);
    expect(answers.map(({ id }) => id).sort()).toEqual([1, 2]);
  });

  it.each(['2025-06-18', '2025-11-25', MODERN])(
    'of the revision %s may not send a batch',
    async (revision) => {
      const batch = [{ jsonrpc: '2.0', id: 1, method: 'ping' }];

      const { status, body } = await mcp.post(batch, { 'MCP-Protocol-Version': revision });

      expect(status).toBe(400);
      expect(body).toMatchObject({ jsonrpc: '2.0', error: { code: -32_000 } });
    },
  );

  it('gets no answer to a notification', async () => {
    const { status, text } = await mcp.post(
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { 'MCP-Protocol-Version': '2025-11-25' },
    );

    expect(status).toBe(202);
    expect(text).toBe('');
  });

  it('cannot subscribe, because the function would wait until its timeout', async () => {
    const { body } = await mcp.ask('subscriptions/listen', { notifications: {} });

    expect(body.error ?? body.result).toBeDefined();
    expect(body.result).toBeUndefined();
  });
});
