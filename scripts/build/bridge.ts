import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { DIST_DIR, ROOT } from '#scripts/local/paths.ts';

/** The program for clients that speak over standard input and output. */
export const BRIDGE = 'mcp-bridge.mjs';

/**
 * Bundles the stdio bridge to one file. Its bytes depend only on the sources.
 * @returns the path of the file
 * @throws BuildFailure of esbuild, with the place of the error
 */
export const buildBridge = async (outDir = DIST_DIR): Promise<string> => {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['scripts/mcp-bridge.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: '#!/usr/bin/env node' },
    minify: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  const file = join(outDir, BRIDGE);
  await mkdir(outDir, { recursive: true });
  await writeFile(`${file}.part`, outputFiles[0]?.contents ?? '', { mode: 0o755 });
  // A bridge that runs has read the old file.
  await rename(`${file}.part`, file);
  return file;
};
