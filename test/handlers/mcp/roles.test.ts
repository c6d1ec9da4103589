import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Respond } from '#handlers/mcp/protocol.ts';
import type { McpRequest } from '#handlers/mcp/route.ts';
import { ROLES } from '#lib/identity/roles.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { capturingLog } from '#test/support/log.ts';
import { type LoadedMcp, loadMcp } from './mcp.ts';

const TOOLS = toolRegistry([]).list(ROLES);

let mcp: LoadedMcp;
beforeEach(async () => {
  mcp = await loadMcp();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  mcp.keys.close();
});

/** Calls a tool by all of its names with an input that no tool accepts. */
const statusesOf = (tool: (typeof TOOLS)[number], ...groups: string[]) =>
  Promise.all(
    [tool.name, ...(tool.aliases ?? [])].map(async (name) => {
      // Each tool has its own person, because a person may make only 60 calls a minute.
      const { status } = await mcp.call(name, { unknown: 1 }, mcp.as(`p-${tool.name}`, ...groups));
      return status;
    }),
  );

describe('every tool and its aliases', () => {
  it.each([
    ['no group', [], []],
    ['a group that is no role', ['Admin'], []],
    ['viewer', ['viewer'], ['viewer']],
    ['operator', ['operator'], ['viewer', 'operator']],
    ['admin', ['admin'], ['viewer', 'operator', 'admin']],
  ])('pass a person with %s exactly if the role allows it', async (_, groups, allowed) => {
    const found: Record<string, boolean> = {};
    for (const tool of TOOLS) {
      const statuses = await statusesOf(tool, ...groups);
      expect(new Set(statuses).size, tool.name).toBe(1);
      found[tool.name] = !statuses.includes(403);
    }

    const expected = TOOLS.map(({ name, role }) => [
      name,
      (allowed as readonly string[]).includes(role),
    ]);
    expect(found).toEqual(Object.fromEntries(expected));
    expect(mcp.messages()).toEqual([]);
  });
});

describe('a tool above the role', () => {
  it('is refused also when the protocol finds another tool in the body than the check before it', async () => {
    const { serve } = await import('#handlers/mcp/serve.ts');
    const { mcpDeps } = await import('#handlers/mcp/deps.ts');
    const request: McpRequest = {
      ...{ headers: {}, body: { method: 'ping' }, cookies: [], addressChars: 4 },
      ...{ query: new URLSearchParams(), form: new URLSearchParams() },
      user: {
        sub: 's',
        username: 'grace',
        roles: ['viewer'],
        expires_at: '2030-01-01T00:00:00.000Z',
      },
      ...{ correlationId: 'c', deadlineMs: mcpDeps.clock.now() + 30_000, log: capturingLog() },
      ...{
        flags: { 'manual-messages': undefined },
        actionParameters: undefined,
        mcpClients: undefined,
        oauthKey: undefined,
      },
    };
    const respond: Respond = async (_, { call }) => {
      await call('send_notification', { message: 'hello' });
      return { status: 200 };
    };

    await expect(serve(request, { ...mcpDeps, respond })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(mcp.messages()).toEqual([]);
  });
});
