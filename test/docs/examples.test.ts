import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentClient } from '#lib/data/table.ts';
import { iso } from '#lib/platform/clock.ts';
import { applyDiff, isApplied } from '#scripts/recipes/apply-diff.ts';
import { parseRecipes } from '#scripts/recipes/parse-recipes.ts';
import { aMessage, START_MS } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { type Overlay, overlay } from '#test/support/page-modules.ts';
import { blocksOf, fileText } from '#test/support/pages.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const RECIPES = parseRecipes(fileText('docs/guides/extending.md'));

/** The pages with examples that are modules of their own. Those of the README and of extending.md belong to recipes. */
const PAGES = globSync('docs/**/*.md', { cwd: ROOT })
  .filter((page) => page !== 'docs/guides/extending.md')
  .sort();

/** The examples of TypeScript, each as a file. */
const MODULES = new Map(
  PAGES.flatMap((page) =>
    blocksOf(page, 'ts').map(
      (text, index) => [`examples/${page.replaceAll(/\W/g, '-')}-${index}.ts`, text] as const,
    ),
  ),
);

/**
 * The problems that the compiler finds in files of the overlay. Other files can have some that the whole tree would not
 * have, because their relative imports do not lead to the overlay.
 */
const problemsOf = ({ folder, project }: Overlay): string[] => {
  try {
    execFileSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', project], { encoding: 'utf8' });
    return [];
  } catch (error) {
    const lines = String((error as { stdout?: string }).stdout).split('\n');
    return lines.filter((line) => line.includes(basename(folder)));
  }
};

describe('the examples of the pages', () => {
  let written: Overlay;
  beforeAll(() => {
    written = overlay(MODULES);
  });
  afterAll(() => written.remove());

  /** The exports of the only example of a page. The caller knows their types. */
  const exportsOf = async <Exports>(page: string) =>
    (await import(join(written.folder, `examples/${page.replaceAll(/\W/g, '-')}-0.ts`))) as Exports;

  it('compile with our settings', () => {
    expect(MODULES.size).toBeGreaterThanOrEqual(2);
    expect(problemsOf(written)).toEqual([]);
  });

  it('read, find and change messages with the SDK alone', async () => {
    const { readMessage, dueIds, messagesOfRun, makeDue } = await exportsOf<{
      readMessage: (client: DynamoDBDocumentClient, id: string) => Promise<object | undefined>;
      dueIds: (client: DynamoDBDocumentClient, now: string) => Promise<string[]>;
      messagesOfRun: (client: DynamoDBDocumentClient, id: string) => Promise<object[]>;
      makeDue: (client: DynamoDBDocumentClient, read: object, now: string) => Promise<void>;
    }>('docs/architecture/data-model.md');
    const db = installDynamo(documentClient);
    const message = aMessage({ correlation_id: 'the-run' });
    db.put('rez-agent-messages-dev', message);

    expect(await readMessage(documentClient, message.id)).toEqual(message);
    expect(await messagesOfRun(documentClient, 'the-run')).toEqual([message]);
    expect(await messagesOfRun(documentClient, 'another')).toEqual([]);
    expect(await dueIds(documentClient, iso(START_MS))).toEqual([]);
    await makeDue(documentClient, message, iso(START_MS));
    expect(await dueIds(documentClient, iso(START_MS))).toEqual([message.id]);
    await expect(makeDue(documentClient, message, iso(START_MS))).rejects.toThrow(
      'The conditional request failed',
    );
    db.uninstall();
  });

  it('send a request again with the same key until it is answered', async () => {
    const { createOnce } = await exportsOf<{
      createOnce: (api: string, token: string, message: object) => Promise<string>;
    }>('docs/api/README.md');
    const keys: unknown[] = [];
    const statuses = [503, 201, 400];
    const server = createServer((request, response) => {
      keys.push(request.headers['idempotency-key']);
      response.writeHead(statuses.shift() ?? 500, { 'Retry-After': '0' });
      response.end('{"id":"msg_1"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const message = { message_type: 'manual', payload: {} };

    expect(await createOnce(api, 'token', message)).toBe('msg_1');
    await expect(createOnce(api, 'token', message)).rejects.toThrow('not created: 400');
    expect(keys).toHaveLength(3);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
    server.close();
  });
});

describe('the recipes of extending.md', () => {
  it('compile together, over the files that they change', () => {
    const files = new Map<string, string>();
    for (const step of RECIPES.flatMap(({ steps }) => steps)) {
      if (step.kind === 'command' || !step.file.endsWith('.ts')) continue;
      const before = files.get(step.file) ?? (step.kind === 'change' ? fileText(step.file) : '');
      const isDone = step.kind === 'change' && isApplied(before, step.text);
      files.set(
        step.file,
        step.kind === 'create' ? step.text : isDone ? before : applyDiff(before, step.text),
      );
    }
    const written = overlay(files);

    const problems = problemsOf(written);
    written.remove();

    expect(files.size).toBeGreaterThan(15);
    expect(problems).toEqual([]);
  });
});

describe('the examples in JSON', () => {
  const blocks = [...PAGES, 'README.md'].flatMap((page) =>
    blocksOf(page, 'json').map((text) => [page, text] as const),
  );

  it.each(blocks)('of %s are JSON: %s', (_, text) => {
    // An ellipsis stands for a value that the page leaves out.
    expect(() => JSON.parse(text.replaceAll(/: …/g, ': null'))).not.toThrow();
  });
});
