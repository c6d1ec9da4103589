import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { buildFunction } from '#scripts/build.ts';
import { type SourceTree, sourceTree } from '#test/scripts/source-tree.ts';

const NODE = join(import.meta.dirname, '../../../node_modules/.bin/node');

const trees: SourceTree[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove();
});

const SOURCE = `
  import { createMcpHandler, Server } from '@modelcontextprotocol/server';
  export const handler = async () => {
    const { fetch } = createMcpHandler(() => {
      const server = new Server({ name: 'one', version: '1' }, { capabilities: { tools: {} } });
      server.setRequestHandler('tools/list', async () => ({ tools: [] }));
      return server;
    });
    const response = await fetch(new Request('https://one.invalid/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'two', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {} } } }),
    }));
    return response.text();
  };`;

describe('the SDK of the Model Context Protocol in a bundle', () => {
  it('comes without ajv, and answers', async () => {
    const tree = sourceTree({ 'handlers/one/index.ts': SOURCE });
    trees.push(tree);

    const { bundle, inputs } = await buildFunction('one', { root: tree.root });
    const answer = execFileSync(
      NODE,
      [
        '--input-type=module',
        '-e',
        `const { handler } = await import('${bundle}'); process.stdout.write(await handler());`,
      ],
      { encoding: 'utf8', timeout: 120_000 },
    );

    expect(inputs.filter((file) => file.includes('@modelcontextprotocol/server'))).not.toEqual([]);
    expect(inputs.filter((file) => /ajv/i.test(file) && !file.startsWith('unused-ajv'))).toEqual(
      [],
    );
    expect(JSON.parse(answer)).toMatchObject({ id: 1, result: { tools: [] } });
  });
});
