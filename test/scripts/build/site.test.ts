import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { GATES } from '#scripts/bench/gates.ts';
import { buildSite } from '#scripts/build/site.ts';
import { watchFunctions } from '#scripts/build/watch.ts';
import { buildFunction } from '#scripts/build.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { type SourceTree, sourceTree } from '#test/scripts/source-tree.ts';
import { APP, SITE_SOURCES, writtenSite } from '#test/support/site.ts';

const MAIN = `${APP}/main.tsx`;

const trees: SourceTree[] = [];
const aTree = (files: Readonly<Record<string, string>>, depth = 0) => {
  const tree = sourceTree(
    { 'handlers/web/index.ts': 'export const handler = 1;', ...files },
    depth,
  );
  trees.push(tree);
  return tree;
};
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove();
});

describe('a site', () => {
  it('has a page that names its files by their paths, and no source', async () => {
    const { index, contentsOf, pathOf } = await writtenSite();

    const page = contentsOf('index.html').toString();

    for (const name of ['index.mjs', 'index.css', 'icon.svg']) {
      expect(page).toContain(`"${pathOf(name)}"`);
    }
    expect(page).not.toMatch(/\.tsx|"\.\//);
    expect(Object.keys(index)).toContain('/index.html');
  });

  it('preloads the parts of the first page, and not those that load later', async () => {
    const { contentsOf } = await writtenSite({
      ...SITE_SOURCES,
      [MAIN]: `import { both } from './both.ts'; import './style.css';
        import('./later.ts'); document.title = both;`,
      [`${APP}/both.ts`]: `export const both = 'in both';`,
      [`${APP}/later.ts`]: `import { both } from './both.ts'; document.body.append(both, 'later');`,
    });

    const page = contentsOf('index.html').toString();

    const preloads = [...page.matchAll(/modulepreload" href="[^"]*\/([^"/]+)"/g)];
    const parts = preloads.map(([, name = '']) => contentsOf(name).toString());
    expect(parts).toEqual([expect.stringContaining('in both')]);
  });

  it('has another path for its files when one of them changes', async () => {
    const before = await writtenSite();
    const after = await writtenSite({
      ...SITE_SOURCES,
      [`${APP}/style.css`]: 'body { margin: 0 }',
    });

    expect(after.pathOf('index.css')).not.toBe(before.pathOf('index.css'));
    expect(after.pathOf('index.mjs')).not.toBe(before.pathOf('index.mjs'));
  });

  it('has the same bytes wherever its sources are', async () => {
    const here = await buildSite(APP, aTree(SITE_SOURCES).root);
    const there = await buildSite(APP, aTree(SITE_SOURCES, 3).root);

    expect(there.files.map(({ name }) => name)).toEqual(here.files.map(({ name }) => name));
    for (const [at, { name, contents }] of here.files.entries()) {
      expect(Buffer.from(contents).equals(there.files[at]?.contents ?? Buffer.of()), name).toBe(
        true,
      );
    }
  });

  it('states how much JavaScript the first page loads, and all pages', async () => {
    const { script } = await writtenSite();

    expect(script.first).toBeGreaterThan(50);
    expect(script.total).toBeGreaterThan(script.first);
  });

  it('has at most as much JavaScript as the gates of the benchmark allow, if it is the dashboard', async () => {
    const { script } = await buildSite(APP, ROOT);

    expect(script.first / 1_024).toBeLessThan(GATES.dashboard.firstPage);
    expect(script.total / 1_024).toBeLessThan(GATES.dashboard.allPages);
  });

  it('fails with the place of an error', async () => {
    const { root } = aTree({ ...SITE_SOURCES, [MAIN]: `import './nothing.ts';` });

    await expect(buildSite(APP, root)).rejects.toThrow('handlers/web/app/main.tsx:1:7');
  });

  it('fails when a file is too large for a response of a function', async () => {
    const { root } = aTree({
      ...SITE_SOURCES,
      [MAIN]: `document.title = '${'x'.repeat(4 * 1024 * 1024)}';`,
    });

    await expect(buildSite(APP, root)).rejects.toThrow('index.mjs is too large');
  });

  it('fails when a page that loads later has a style sheet, because nothing would load that', async () => {
    const { root } = aTree({
      ...SITE_SOURCES,
      [`${APP}/later.ts`]: `import './later.css'; export const later = '';`,
      [`${APP}/later.css`]: 'body { margin: 0 }',
    });

    await expect(buildSite(APP, root)).rejects.toThrow('import it in style.css');
  });
});

describe('the package of a function with a site', () => {
  it('fails with the place of an error of the site', async () => {
    const { root } = aTree({ ...SITE_SOURCES, [`${APP}/later.ts`]: 'export const later = ;' });

    await expect(buildFunction('web', { root })).rejects.toThrow(
      'handlers/web/app/later.ts:1:21: ERROR: [plugin: site] Unexpected ";"',
    );
  });

  it('is built again when a file of the site is saved, and reports what is wrong with it', async () => {
    const tree = aTree({ ...SITE_SOURCES, 'handlers/other/index.ts': 'export const handler = 2;' });
    const heard: string[] = [];
    const watching = await watchFunctions(
      ({ name, error }) => heard.push(`${name} ${error?.message ?? 'built'}`),
      { root: tree.root, outDir: join(tree.root, 'dist') },
    );
    const afterSaving = async (file: string, text: string) => {
      heard.splice(0);
      tree.write(file, text);
      await expect.poll(() => heard).toHaveLength(1);
      return heard[0];
    };

    const styled = await afterSaving(`${APP}/style.css`, 'body { color: red }');
    const wrong = await afterSaving(MAIN, `import './nothing.ts';`);
    const repaired = await afterSaving(MAIN, `import './style.css';`);
    const retitled = await afterSaving(`${APP}/index.html`, '<title>another</title>');
    await watching.stop();

    expect([styled, repaired, retitled]).toEqual(['web built', 'web built', 'web built']);
    expect(wrong).toContain(
      'handlers/web/app/main.tsx:1:7: ERROR: [plugin: site] Could not resolve',
    );
  });
});
