import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { buildBridge } from '#scripts/build/bridge.ts';
import { clientCommands } from '#scripts/mcp/client-commands.ts';
import { requireMcpServer } from '#scripts/mcp/require-mcp-server.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

describe('the instructions for clients', () => {
  const text = clientCommands({
    address: 'https://a.example/mcp',
    bridge: '/home/"me"/dist/mcp-bridge.mjs',
    signIn: 'sign in',
  });

  it('contain a block that Claude Desktop can read', () => {
    const block = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);

    expect(JSON.parse(block)).toEqual({
      mcpServers: {
        'rez-agent': {
          command: 'node',
          args: ['/home/"me"/dist/mcp-bridge.mjs', 'https://a.example/mcp'],
        },
      },
    });
  });

  it('contain the command for Claude Code on a line of its own', () => {
    expect(text.split('\n')).toContain(
      '  claude mcp add --transport http rez-agent https://a.example/mcp',
    );
  });
});

describe('the check for an MCP server', () => {
  /** A platform that says this about itself. */
  const setup = async (respond: (origin: string) => string) => {
    const server = createServer(({ url, headers }, response) => {
      const isKnown = url === '/.well-known/oauth-protected-resource/mcp';
      response.writeHead(isKnown ? 200 : 404).end(respond(`http://${headers.host}`));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => server.close());
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  };

  it('accepts the server that has this address', async () => {
    const address = await setup((origin) => JSON.stringify({ resource: `${origin}/mcp` }));

    await expect(requireMcpServer(address, 'deploy')).resolves.toBeUndefined();
  });

  it.each([
    ['a page', '<p>hello</p>', 'no MCP server answers at'],
    ['other JSON', '{"message":"Not Found"}', 'no MCP server answers at'],
    ['another address', '{"resource":"https://b.example/mcp"}', 'calls itself https://b.example'],
  ])('refuses %s and says what to do', async (_, body, says) => {
    const address = await setup(() => body);

    const checked = requireMcpServer(address, 'deploy it');

    await expect(checked).rejects.toThrow(says);
    await expect(checked).rejects.toThrow('deploy it');
  });
});

describe('the bundle of the bridge', () => {
  it('is one file that can be run, and always the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rez-agent-bundle-'));
    stops.push(() => rmSync(folder, { recursive: true }));

    const [one = '', other = ''] = [
      await buildBridge(join(folder, 'one')),
      await buildBridge(join(folder, 'other')),
    ];

    const text = readFileSync(one, 'utf8');
    expect(readFileSync(other, 'utf8')).toBe(text);
    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(statSync(one).mode & 0o111).not.toBe(0);
    expect(text).not.toContain('@aws-sdk');
  });
});
