import type { Plugin } from 'esbuild';
import { builtins } from './builtins.ts';
import { environmentCredentials, usedSchemas } from './sdk.ts';
import { unusedAjv } from './unused-ajv.ts';
import { unusedPino } from './unused-pino.ts';

/**
 * Keeps bundles small and cold starts short, without changing what the code does. A plugin that depends on the internals of
 * a package must gain at least 5 % of a cold start, or 20 KB loaded during INIT, and needs a test that fails when the
 * package changes.
 */
export const lean: readonly Plugin[] = [
  builtins,
  environmentCredentials,
  usedSchemas,
  unusedPino,
  unusedAjv,
];
