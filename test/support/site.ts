import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SiteFile } from '#handlers/web/site.ts';
import { type BuiltSite, buildSite } from '#scripts/build/site.ts';
import { sourceTree } from '#test/scripts/source-tree.ts';

/** The folder of the sources, relative to the root. */
export const APP = 'handlers/web/app';

const LONG = 'x'.repeat(2_000);

/** A small site: a script, a part that loads later, a style sheet, a page and an icon. */
export const SITE_SOURCES: Readonly<Record<string, string>> = {
  [`${APP}/index.html`]: `<!doctype html><html><head><title>a site</title>
    <link rel="icon" href="./icon.svg"><link rel="stylesheet" href="./style.css">
    <script type="module" src="./main.tsx"></script></head><body>${LONG}</body></html>`,
  [`${APP}/main.tsx`]: `
    import './style.css';
    import('./later.ts').then(({ later }) => document.body.append(later, '${LONG}'));`,
  [`${APP}/later.ts`]: `export const later = 'later';`,
  [`${APP}/style.css`]: `body { color: black; }`,
  [`${APP}/icon.svg`]: '<svg xmlns="http://www.w3.org/2000/svg"/>',
};

export interface WrittenSite extends BuiltSite {
  /** The folder of the package. The site is in its folder `site`. */
  folder: string;
  /** The description of each file by its path. */
  index: Readonly<Record<string, SiteFile>>;
  /** The path of the file with this name. */
  pathOf: (name: string) => string;
  contentsOf: (name: string) => Buffer;
}

/** Builds a site of these sources, and writes it as in the package of a function. */
export const writtenSite = async (sources = SITE_SOURCES): Promise<WrittenSite> => {
  const tree = sourceTree(sources);
  const built = await buildSite(APP, tree.root).finally(tree.remove);
  const folder = mkdtempSync(join(tmpdir(), 'rez-agent-site-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'site'));
  for (const { name, contents } of built.files) writeFileSync(join(folder, 'site', name), contents);
  const contentsOf = (name: string) =>
    Buffer.from(built.files.find((file) => file.name === name)?.contents ?? []);
  const index = JSON.parse(contentsOf('files.json').toString()) as Record<string, SiteFile>;
  const pathOf = (name: string) =>
    Object.keys(index).find((path) => index[path]?.name === name) ?? '';
  return { ...built, folder, index, pathOf, contentsOf };
};
