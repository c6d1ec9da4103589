import { afterEach, describe, expect, it, vi } from 'vitest';
import { LEGACY, type LoadedMcp, loadMcp } from './mcp.ts';

let mcp: LoadedMcp | undefined;

afterEach(() => {
  mcp?.keys.close();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('the MCP server', () => {
  it('describes itself to a client of the revision without sessions', async () => {
    mcp = await loadMcp();

    const { status, headers, body } = await mcp.ask('server/discover');

    expect(status).toBe(200);
    expect(headers['Content-Type']).toBe('application/json');
    expect(body.result).toMatchObject({
      supportedVersions: expect.arrayContaining(['2026-07-28']),
      capabilities: { tools: {} },
    });
  });

  it.each(LEGACY)('negotiates the revision %s by a handshake', async (protocolVersion) => {
    mcp = await loadMcp();

    const { status, body } = await mcp.post({
      ...{ jsonrpc: '2.0', id: 'a', method: 'initialize' },
      params: { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: 'a',
      result: { protocolVersion, capabilities: { tools: {} } },
    });
  });

  it('lists the tools of the role, which a client may keep for five minutes', async () => {
    mcp = await loadMcp();

    const { body } = await mcp.ask('tools/list');
    const viewer = await mcp.ask('tools/list', {}, mcp.as('grace', 'viewer'));

    const namesIn = ({ tools }: { tools?: { name: string }[] }) => tools?.map(({ name }) => name);
    expect(body.result).toMatchObject({ ttlMs: 300_000, cacheScope: 'private' });
    expect(namesIn(body.result ?? {})).toContain('golf_book_tee_time');
    expect(namesIn(viewer.body.result ?? {})).toContain('list_messages');
    expect(namesIn(viewer.body.result ?? {})).not.toContain('golf_book_tee_time');
  });

  it('answers a tool that reads the platform', async () => {
    mcp = await loadMcp();

    const { status, body } = await mcp.call('list_approvals');

    expect(status).toBe(200);
    expect(body.result).toMatchObject({ structuredContent: { approvals: [] } });
  });
});
