import { type FSWatcher, globSync, watch } from 'node:fs';
import { join } from 'node:path';
import { type BuildContext, context } from 'esbuild';
import { type Built, bundleOptions, functionNames, keep } from '#scripts/build.ts';
import { ROOT } from '#scripts/local/paths.ts';

const WATCHED = ['handlers', 'middleware', 'lib'];
/** Editors save in several steps. Changes within this time belong to the same save. Milliseconds. */
const SETTLE_MS = 40;

export interface Rebuilt {
  name: string;
  /** Absent when the build failed. */
  built?: Built;
  error?: Error;
  /** From the save to the zip. Milliseconds. */
  tookMs: number;
}

export interface WatchOptions {
  /** Default: all functions. */
  names?: readonly string[];
  /** Default `dist`. */
  outDir?: string;
  root?: string;
  /** Called after the builds that a save caused, and also when it caused none. */
  onSaved?: () => void;
}

export interface Watching {
  stop: () => Promise<void>;
}

type Bundle = BuildContext<ReturnType<typeof bundleOptions>>;

/**
 * Build these functions, and rebuild a function when one of its files is saved; after a failed build, when any file is
 * saved. `onRebuilt` is called for the first builds, and for a rebuild only if the zip differs.
 */
export const watchFunctions = async (
  onRebuilt: (rebuilt: Rebuilt) => void,
  {
    root = ROOT,
    outDir = join(root, 'dist'),
    names = functionNames(root),
    onSaved = () => {},
  }: WatchOptions = {},
): Promise<Watching> => {
  const watched = await Promise.all(
    names.map(async (name) => follow(name, await context(bundleOptions(name, root)), outDir)),
  );
  const rebuild = async (touched: (inputs: ReadonlySet<string> | undefined) => boolean) => {
    const startedMs = Date.now();
    const concerned = watched.filter(({ inputs }) => touched(inputs()));
    await Promise.all(
      concerned.map(async ({ run }) => {
        const rebuilt = await run();
        if (rebuilt) onRebuilt({ ...rebuilt, tookMs: Date.now() - startedMs });
      }),
    );
  };

  const saves = followSaves(root, async (files) => {
    await rebuild((inputs) => inputs === undefined || files.some((file) => inputs.has(file)));
    onSaved();
  });
  await rebuild(() => true);
  return {
    stop: async () => {
      saves.stop();
      await Promise.all(watched.map(({ dispose }) => dispose()));
    },
  };
};

/** One function: the inputs of its last build (none after a failure), and how to build it. */
const follow = (name: string, bundle: Bundle, outDir: string) => {
  let inputs: ReadonlySet<string> | undefined;
  let digest: string | undefined;
  return {
    inputs: () => inputs,
    dispose: () => bundle.dispose(),
    run: async (): Promise<Omit<Rebuilt, 'tookMs'> | undefined> => {
      try {
        const built = await keep(name, await bundle.rebuild(), outDir);
        inputs = new Set(built.inputs);
        if (built.digest === digest) return undefined;
        digest = built.digest;
        return { name, built };
      } catch (error) {
        inputs = undefined;
        digest = undefined;
        return { name, error: error instanceof Error ? error : new Error(String(error)) };
      }
    },
  };
};

/** Calls back with the files of one save, relative to the root; one call after the other. */
const followSaves = (root: string, onSave: (files: readonly string[]) => Promise<void>) => {
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  const onFile = (file: string) => {
    pending.add(file.replaceAll('\\', '/'));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...pending];
      pending.clear();
      watchNew();
      turn = turn.then(() => onSave(files));
    }, SETTLE_MS);
  };
  // One watcher per folder: a recursive watcher loses a file that an editor replaces.
  const watchers = new Map<string, FSWatcher>();
  const watchNew = () => {
    for (const folder of WATCHED.flatMap((top) => [
      top,
      ...globSync(`${top}/**/*/`, { cwd: root }),
    ])) {
      const name = folder.replace(/[\\/]$/, '');
      if (watchers.has(name)) continue;
      const watcher = watch(
        join(root, name),
        (_, file) => file !== null && onFile(join(name, file)),
      );
      watcher.on('error', () => watchers.delete(name));
      watchers.set(name, watcher);
    }
  };
  watchNew();
  return {
    stop: () => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
};
