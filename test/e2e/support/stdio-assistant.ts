import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect } from 'vitest';
import { ROOT } from '#scripts/local/paths.ts';

const NODE = join(ROOT, 'node_modules', '.bin', 'node');
/** What a program prints when it asks for a sign-in. */
const CONSENT_URL = /http:\S+\/oauth\/authorize\?\S+/;
const TIMEOUT_MS = 60_000;

export interface StdioAssistant {
  client: Client;
  /** Everything on the standard error so far. */
  log: () => string;
  close: () => Promise<void>;
}

/** Starts programs that connect a client to the server, with settings in a folder of their own. */
export const stdioAssistants = () => {
  const folder = mkdtempSync(join(tmpdir(), 'rez-agent-stdio-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  // The address of the page is also printed. A test shows it in its own browser.
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(bin, name), '#!/bin/sh\nexit 0\n');
    chmodSync(join(bin, name), 0o755);
  }

  const start = async (
    args: string[],
    signIn: (pageUrl: string) => Promise<void>,
  ): Promise<StdioAssistant> => {
    const transport = new StdioClientTransport({
      command: NODE,
      args,
      env: {
        ...{ HOME: folder, XDG_CONFIG_HOME: folder, MCP_REMOTE_CONFIG_DIR: folder },
        ...{ PATH: `${bin}:${process.env.PATH}`, BROWSER: join(bin, 'xdg-open') },
      },
      stderr: 'pipe',
    });
    let log = '';
    let visit: Promise<void> | undefined;
    transport.stderr?.on('data', (bytes: Buffer) => {
      log += bytes.toString();
      // An address that is not followed by a space may not be complete.
      const [pageUrl] = CONSENT_URL.exec(log.slice(0, log.lastIndexOf('\n') + 1)) ?? [];
      if (pageUrl !== undefined) visit ??= signIn(pageUrl);
    });
    const client = new Client({ name: 'e2e', version: '1' });
    try {
      await client.connect(transport, { timeout: TIMEOUT_MS });
      await visit;
    } catch (cause) {
      await client.close();
      throw new Error(log, { cause });
    }
    return { client, log: () => log, close: () => client.close() };
  };

  return {
    folder,
    start,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** Lists the tools and calls one. @returns the names, and the text of the answer */
export const useTools = async ({ client }: StdioAssistant) => {
  const { tools } = await client.listTools(undefined, { timeout: TIMEOUT_MS });
  const { content, isError } = await client.callTool(
    { name: 'list_messages', arguments: { limit: 1 } },
    { timeout: TIMEOUT_MS },
  );
  expect(isError ?? false).toBe(false);
  const [answer] = content as { text: string }[];
  return { names: tools.map(({ name }) => name), text: answer?.text ?? '' };
};
