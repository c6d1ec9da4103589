import { line } from '#scripts/printable.ts';

export interface ClientCommandsOptions {
  /** The address of the MCP endpoint. */
  address: string;
  /** The absolute path of the bundled bridge. */
  bridge: string;
  /** How to sign in. */
  signIn: string;
}

/** How a person connects an assistant with the platform. */
export const clientCommands = ({ address, bridge, signIn }: ClientCommandsOptions): string => {
  const mcpServers = { 'rez-agent': { command: 'node', args: [bridge, address] } };
  return [
    'Claude Desktop: add this to claude_desktop_config.json (Settings, Developer, Edit Config)',
    JSON.stringify({ mcpServers }, undefined, 2),
    'Claude Code:',
    line`  claude mcp add --transport http rez-agent ${address}`,
    `Then restart Claude Desktop, or run /mcp in Claude Code. When the browser opens, ${signIn}.`,
  ].join('\n\n');
};
