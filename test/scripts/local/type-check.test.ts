import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/local/paths.ts';
import { type TypeCheck, typeCheck } from '#scripts/local/type-check.ts';

let root: string;
let reports: string[];
let types: TypeCheck;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rez-agent-types-'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const settings = { extends: join(ROOT, 'tsconfig.json'), include: ['*.ts'] };
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify(settings));
  save('countdown', `export const countdown = { name: 'countdown' };`);
  mkdirSync(join(root, 'app'));
  const inBrowsers = { lib: ['ESNext', 'DOM'] };
  writeFileSync(
    join(root, 'app/tsconfig.json'),
    JSON.stringify({ ...settings, compilerOptions: inBrowsers }),
  );
  save('app/title', 'export const title = document.title;');
  reports = [];
  types = typeCheck({
    folders: [root, join(root, 'app')],
    cacheDir: root,
    report: (sentence) => reports.push(sentence),
  });
});

afterEach(() => {
  types.stop();
  rmSync(root, { recursive: true });
});

const save = (name: string, text: string) => writeFileSync(join(root, `${name}.ts`), text);

const IMPORT = `import { countdown } from './countdown.ts';\n`;
const REGISTRY = 'export const jobs = [countdown];\n';

describe('the type check of make dev', () => {
  it('reports a missing import with its place, and once when the error is gone', async () => {
    save('registry', REGISTRY);
    await types.check();
    save('registry', IMPORT + REGISTRY);
    await types.check();
    await types.check();

    expect(reports).toEqual([
      "the running code has type errors:\n  registry.ts(1,22): error TS2304: Cannot find name 'countdown'.",
      'the type errors are gone',
    ]);
  });

  it('reports an error of the dashboard, whose code runs in a browser', async () => {
    save('app/title', 'export const title: number = document.title;');

    await types.check();

    expect(reports).toEqual([
      "the running code has type errors:\n  app/title.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it('reports nothing while there is no error', async () => {
    save('registry', IMPORT + REGISTRY);

    await types.check();

    expect(reports).toEqual([]);
  });

  it('reports only the newest state when files are saved during a check', async () => {
    save('registry', REGISTRY);
    const first = types.check();
    save('registry', `${REGISTRY}export const more = [countup];\n`);
    await Promise.all([first, types.check(), types.check()]);

    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain("Cannot find name 'countup'");
  });

  it('shows the first ten of many errors, and how many more there are', async () => {
    save('registry', Array.from({ length: 13 }, (_, n) => `missing${n};\n`).join(''));

    await types.check();

    expect(reports[0]?.split('\n')).toHaveLength(12);
    expect(reports[0]).toMatch(/and 3 more$/);
  });

  it('reports why it cannot check without tsconfig.json', async () => {
    rmSync(join(root, 'tsconfig.json'));

    await types.check();

    expect(reports).toEqual([expect.stringMatching(/types|TS5/)]);
  });

  it('reports nothing after it was stopped', async () => {
    save('registry', REGISTRY);

    const check = types.check();
    types.stop();
    await check;

    expect(reports).toEqual([]);
  });
});
