import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { LOCAL_DIR, ROOT } from '#scripts/local/paths.ts';
import { ending } from '#scripts/local/run-to-log.ts';

/** A browser program and its environment. */
interface Program {
  path: string;
  environment?: Record<string, string>;
}
/** The package looks for its fonts in /tmp. Without a font, text has no size. */
const FONTS_FILE = 'fonts.conf';
const FONTS = `<?xml version="1.0"?>
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fonts</cachedir>
</fontconfig>
`;
const UNPACK_TIMEOUT_MS = 120_000;

const PACKAGE = join(ROOT, 'node_modules', '@sparticuz', 'chromium');
const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
const MAC_APPLICATIONS = ['Google Chrome', 'Chromium'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/**
 * Start a browser without a window: the program at `CHROME_PATH`, an installed Chrome or Chromium, or the Chromium of
 * the package `@sparticuz/chromium`, which runs on Linux on x86-64. Close it at the end of the test.
 * @throws Error with the reason why none of them starts
 */
export const openBrowser = async (args: readonly string[] = []): Promise<Browser> => {
  const failures: string[] = [];
  for (const find of candidates()) {
    try {
      const program = await find();
      if (program !== undefined) return await launch(program, args);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(
    ['no browser starts: install Chrome or Chromium, or set CHROME_PATH', ...failures].join('\n'),
  );
};

const candidates = (): (() => Promise<Program | undefined> | Program | undefined)[] => {
  const { CHROME_PATH, PATH = '' } = process.env;
  if (CHROME_PATH) return [() => ({ path: CHROME_PATH })];
  const inPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const installed = [...inPath, ...MAC_APPLICATIONS].filter((path) => existsSync(path));
  return [...installed.map((path) => () => ({ path })), fromPackage];
};

const launch = ({ path, environment }: Program, args: readonly string[]) =>
  chromium.launch({
    executablePath: path,
    args: [...args],
    // Chromium's sandbox refuses to run as root, and needs user namespaces, which containers often lack.
    chromiumSandbox: false,
    env: { ...process.env, ...environment },
  });

/** Unpacked once per version of the package, into a folder that only the user can write to. */
const fromPackage = async (): Promise<Program | undefined> => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    version: string;
  };
  const dir = join(LOCAL_DIR, 'browser', version);
  if (!existsSync(dir)) await unpack(dir);
  const environment = {
    LD_LIBRARY_PATH: join(dir, 'al2023', 'lib'),
    FONTCONFIG_FILE: join(dir, FONTS_FILE),
    XDG_CACHE_HOME: join(dir, 'cache'),
  };
  return { path: join(dir, 'chromium'), environment };
};

/**
 * The package unpacks into the temporary folder of its process and runs any file there that has the right name, so
 * that folder must be ours. With the variable it also unpacks libraries that a small system lacks.
 */
const unpack = async (dir: string) => {
  const unfinished = `${dir}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const program = "await (await import('@sparticuz/chromium')).default.executablePath()";
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, TMPDIR: unfinished, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
    stdio: 'inherit',
    timeout: UNPACK_TIMEOUT_MS,
  });
  const end = await ending(child);
  if (end !== 'code 0') {
    rmSync(unfinished, { recursive: true });
    throw new Error(`the browser of @sparticuz/chromium could not be unpacked: ${end}`);
  }
  writeFileSync(join(unfinished, FONTS_FILE), FONTS);
  // The browser would create the folders of its font cache with read permission for everyone.
  mkdirSync(join(unfinished, 'cache', 'fonts'), { recursive: true, mode: 0o700 });
  try {
    renameSync(unfinished, dir);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    // Another process may have unpacked it in the meantime.
    if (!existsSync(dir)) throw error;
  }
};
