import { describe, expect, it } from 'vitest';
import { protocol, type ToolServer } from '#handlers/mcp/protocol.ts';
import { capturingLog } from '#test/support/log.ts';
import { modernHeaders, modernRequest } from './mcp.ts';

const BROKEN: ToolServer = {
  list: () => {
    throw new TypeError('a schema with secrets');
  },
  call: () => Promise.reject(new TypeError('a call with secrets')),
};

const headersOf = (headers: Record<string, string>) =>
  Object.fromEntries(
    Object.entries({ 'Content-Type': 'application/json', ...headers }).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );

describe('the protocol', () => {
  it.each([
    ['tools/list', {}, 1],
    // The call itself was logged where it failed.
    ['tools/call', { name: 'list_approvals', arguments: {} }, 0],
  ])('answers a bug in %s without details', async (method, params, logged) => {
    const log = capturingLog();

    const { text = '' } = await protocol('1')(
      {
        ...{ body: modernRequest(method, params), log },
        headers: headersOf(modernHeaders(method, params)),
      },
      BROKEN,
    );

    expect(JSON.parse(text)).toMatchObject({ error: { code: -32_603 } });
    expect(text).not.toContain('secrets');
    expect(log.at('error')).toHaveLength(logged);
  });

  it('answers a bug in the list of an older revision without details', async () => {
    const log = capturingLog();

    const { text = '' } = await protocol('1')(
      {
        ...{ body: { jsonrpc: '2.0', id: 1, method: 'tools/list' }, log },
        headers: headersOf({ 'MCP-Protocol-Version': '2025-06-18' }),
      },
      BROKEN,
    );

    expect(JSON.parse(text)).toMatchObject({ id: 1, error: { code: -32_603 } });
    expect(text).not.toContain('secrets');
    expect(log.at('error')).toHaveLength(1);
  });
});
