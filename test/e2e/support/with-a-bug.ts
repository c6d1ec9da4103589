import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, keep } from '#scripts/build.ts';
import type { LocalClients } from '#scripts/local/clients.ts';
import { pushFunction } from '#scripts/local/code.ts';
import { DIST_DIR, LOCAL_DIR } from '#scripts/local/paths.ts';

/**
 * Deploy a processor that has a job with a bug.
 * @returns a function that deploys the real one again
 */
export const deployBug = async ({ lambda }: LocalClients): Promise<() => Promise<void>> => {
  const options = bundleOptions('processor');
  const built = await build({
    ...options,
    plugins: [
      {
        name: 'registry-with-a-bug',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/registry\.ts$/ }, () => ({
            path: join(import.meta.dirname, 'registry-with-a-bug.ts'),
          })),
      },
      ...options.plugins,
    ],
  });
  const { zip } = await keep('processor', built, join(LOCAL_DIR, 'e2e', 'with-a-bug'));
  await pushFunction(lambda, { name: 'processor', zip });
  return async () => {
    await pushFunction(lambda, { name: 'processor', zip: join(DIST_DIR, 'processor.zip') });
  };
};
