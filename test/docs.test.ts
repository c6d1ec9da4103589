import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FLAGS } from '#lib/config/flags.ts';
import type { Job } from '#lib/jobs/job.ts';
import { envelopeOf, readEnvelope } from '#lib/messages/envelope.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { ROUTES } from '#lib/messages/routes.ts';
import { TRANSITIONS } from '#lib/messages/transitions.ts';
import { type EnvName, env } from '#lib/platform/env.ts';
import { ERROR_CODES } from '#lib/platform/errors.ts';
import { ScheduleBody } from '#lib/schedules/draft.ts';
import { PLATFORM_TOOLS } from '#lib/tools/platform-tools.ts';
import type { Tool } from '#lib/tools/tool.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { GATES } from '#scripts/bench/gates.ts';
import { applyDiff, isApplied } from '#scripts/recipes/apply-diff.ts';
import { parseRecipes } from '#scripts/recipes/parse-recipes.ts';
import { jsonSchemas } from '#scripts/schemas.ts';
import { PICTURES, requireSmall } from '#scripts/screenshots/pictures.ts';
import { aMessage, aRun } from '#test/support/builders.ts';
import {
  blocksOf,
  firstNames,
  namesIn,
  proseOf,
  fileText as read,
  spansOf,
  tableOf,
  tablesOf,
} from '#test/support/pages.ts';
import {
  environmentOf,
  functions,
  memoryOf,
  tables,
  textOf,
  timeoutOf,
} from '#test/support/terraform.ts';

const ROOT = resolve(import.meta.dirname, '..');
const files = (pattern: string) => globSync(pattern, { cwd: ROOT }).sort();

const PAGES = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...files('docs/**/*.md'),
];

/** Its first column names what does not exist. */
const SUPERSEDED = 'docs/decisions/superseded.md';
const instead = tablesOf(SUPERSEDED, 'they asked for', 'instead', 'because');

const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (page: string) =>
  [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slugOf(heading));

const RECIPES = parseRecipes(read('docs/guides/extending.md'));

/** Files that a recipe creates. */
const CREATED = RECIPES.flatMap(({ steps }) =>
  steps.flatMap((step) => (step.kind === 'create' ? [step.file] : [])),
);

/** A file after the change of a recipe, also where somebody has already followed the recipe. */
const followed = (file: string, diff: string): string => {
  const text = read(file);
  return isApplied(text, diff) ? text : applyDiff(text, diff);
};

describe.each(PAGES)('%s', (page) => {
  it('links to files and headings that exist', () => {
    const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);

    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : join(dirname(page), file);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });

    expect(broken).toEqual([]);
  });

  it('names only files and folders that exist', () => {
    const paths = spansOf(page)
      .map((text) => text.replace(/^#(?=lib|middleware|handlers|scripts|test)/, ''))
      .filter((text) =>
        /^(\.ci|\.devcontainer|\.github|docs|handlers|lib|middleware|scripts|terraform|test)\/[\w.*/-]*$/.test(
          text,
        ),
      );

    const missing = paths.filter((path) => files(path).length === 0 && !CREATED.includes(path));
    expect(missing).toEqual([]);
  });

  it('names only targets of the Makefile', () => {
    const targets = [...read('Makefile').matchAll(/^([a-z]+):/gm)].map(([, name]) => name);
    const code = [...spansOf(page), ...blocksOf(page, 'sh'), ...blocksOf(page, 'text')].join('\n');

    const named = [...code.matchAll(/\bmake ([a-z]+)/g)].map(([, name]) => name);

    expect(named.filter((name) => !targets.includes(name))).toEqual([]);
  });

  it('names only codes and variables that occur in the code', () => {
    const known = files(
      '{lib,middleware,handlers,scripts,terraform,test/e2e,test/support}/**/*.{ts,sh,tf}',
    ).map(read);
    const workflows = files('.github/workflows/*').map(read);
    const text = [...known, ...workflows, read('Makefile')].join('\n');
    const spans =
      page === SUPERSEDED ? instead.flatMap((row) => namesIn(row.instead)) : spansOf(page);
    const words = [...new Set(spans.flatMap((span) => span.split(/[ =]/)))];

    const shouted = words.filter((word) => /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(word));

    expect(shouted.filter((word) => !new RegExp(`\\b${word}\\b`).test(text))).toEqual([]);
  });
});

it('comments of the code name only files and folders that exist', () => {
  const sources = files(
    '{handlers,lib,middleware,scripts,terraform,test}/**/*.{ts,mts,mjs,js,py,sh,tf,hcl}',
  ).filter((source) => !source.includes('/.terraform/') && !source.includes('/node_modules/'));
  const comment = /^\s*(?:\/?\*|\/\/|#)|\s\/\/\s/;
  const path =
    /(?<![\w/.@-])(?:docs|handlers|lib|middleware|scripts|terraform|test)\/[\w.*/<>-]*[\w*>]/g;

  const stale = sources.flatMap((source) => {
    const lines = read(source).split('\n');
    // The lines of a docstring in Python have no mark.
    const comments = source.endsWith('.py') ? lines : lines.filter((line) => comment.test(line));
    return comments
      .flatMap((line) => line.match(path) ?? [])
      .filter((named) => files(named.replace(/<[^>]*>/g, '*')).length === 0)
      .map((named) => `${source}: ${named}`);
  });

  expect(sources.length).toBeGreaterThan(100);
  expect(stale).toEqual([]);
});

describe('docs/pictures', () => {
  const made = PICTURES.map(({ name }) => `docs/pictures/${name}.png`).sort();

  it('has the pictures that make screenshots makes, and nothing else', () => {
    expect(files('docs/pictures/*')).toEqual(made);
  });

  it('has only pictures that a page shows, with words that describe them', () => {
    const shown = PAGES.flatMap((page) =>
      [...proseOf(page).matchAll(/!\[([^\]]+)\]\(([^)\s]+)\)/g)].map(([, , file = '']) =>
        join(dirname(page), file),
      ),
    );

    expect([...new Set(shown)].sort()).toEqual(made);
  });

  it('has only pictures of less than 150 KB', () => {
    const sizes = new Map(made.map((file) => [file, statSync(join(ROOT, file)).size]));

    expect(() => requireSmall(sizes)).not.toThrow();
  });
});

describe('the targets of make', () => {
  it('are all named on a page', () => {
    const targets = [...read('Makefile').matchAll(/^([a-z]+):.*##/gm)].map(([, name]) => name);
    const text = PAGES.map(read).join('\n');

    expect(targets.filter((name) => !text.includes(`make ${name}`))).toEqual([]);
  });
});

describe('configuration-management.md', () => {
  const PAGE = 'docs/architecture/configuration-management.md';
  const ours = tableOf(PAGE, 'variable', 'functions');
  const lambdas = tableOf(PAGE, 'variable', 'default', 'meaning').filter(
    (row) => !firstNames(ours).includes(namesIn(row.variable)[0] ?? ''),
  );

  it.each(ours)('names exactly the functions to which Terraform gives $variable', (row) => {
    const [variable = ''] = namesIn(row.variable);
    const isExcept = row.functions?.startsWith('all') === true;
    const stated = functions().filter((name) => namesIn(row.functions).includes(name) !== isExcept);

    expect(stated).toEqual(functions().filter((name) => environmentOf(name).has(variable)));
  });

  it('has every variable that the code can read, and no other', () => {
    const declared = [...read('lib/platform/env.ts').matchAll(/^ {2}([A-Z][A-Z_]+): z?/gm)].map(
      ([, n]) => n,
    );
    const setByLambda = [...proseOf(PAGE).matchAll(/^\| `(AWS_\w+|LAMBDA_\w+)`/gm)].map(
      ([, name]) => name,
    );

    expect([...firstNames(ours), ...setByLambda].sort()).toEqual(declared.sort());
    expect(lambdas).toEqual([]);
  });

  it.each(ours)('states the default of $variable', (row) => {
    const name = namesIn(row.variable)[0] as EnvName;
    vi.stubEnv(name, undefined);
    const byDefault = () => {
      try {
        return String(env(name));
      } catch {
        return undefined;
      }
    };

    const stated = row.default === 'empty' ? '' : namesIn(row.default)[0];

    expect(byDefault()).toBe(stated);
    vi.unstubAllEnvs();
  });

  it('has every flag with its default', () => {
    const stated = tableOf(PAGE, 'flag', 'default').map((row) => [
      namesIn(row.flag)[0],
      row.default === 'on',
    ]);

    expect(Object.fromEntries(stated)).toEqual(
      Object.fromEntries(Object.entries(FLAGS).map(([name, flag]) => [name, flag.byDefault])),
    );
  });

  it('has every parameter that Terraform or a deployment creates', () => {
    const known = [
      ...textOf('modules/app/config.tf').matchAll(/parameter_prefix\}\/([\w-]+)"/g),
      ...read('scripts/platform-keys.ts').matchAll(/^ {2}'([\w-]+)': '/gm),
    ].map(([, name]) => name);

    expect(firstNames(tableOf(PAGE, 'parameter', 'written by')).sort()).toEqual(known.sort());
  });
});

describe('message-schemas.md', () => {
  const PAGE = 'docs/architecture/message-schemas.md';

  it('has every field of a message, and no other', () => {
    const stated = firstNames(tableOf(PAGE, 'field', 'set by'));

    expect(stated.sort()).toEqual(Object.keys(MessageSchema.shape).sort());
  });

  it('has every type with its route', () => {
    const stated = tableOf(PAGE, 'type', 'consumer').map((row) => [
      namesIn(row.type)[0],
      { topic: namesIn(row['topic and queue'])[0], consumer: namesIn(row.consumer)[0] },
    ]);

    expect(Object.fromEntries(stated)).toEqual(ROUTES);
  });

  it('has every transition with its statuses', () => {
    const stated = tableOf(PAGE, 'transition', 'from', 'to').map((row) => [
      namesIn(row.transition)[0],
      { from: row.from?.split(', '), ...(row.to === '' ? {} : { to: row.to }) },
    ]);

    expect(Object.fromEntries(stated)).toEqual(TRANSITIONS);
  });

  it('explains every code of the product, and no other', () => {
    const source = files('{lib,middleware,handlers}/**/*.ts').map(read).join('\n');
    const ofNtfy = [...source.matchAll(/'(NTFY_[A-Z_]+)'/g)].map(([, code = '']) => code);
    const section = proseOf(PAGE).split('## Error codes')[1] ?? '';
    const cells = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].map(([, cell = '']) => cell);

    const known = [...ERROR_CODES, ...ofNtfy, ...Object.keys(statuses())];
    const explained = cells.flatMap(namesIn).filter((code) => code !== 'NTFY_<code>');

    expect([...new Set(explained)].sort()).toEqual([...new Set(known)].sort());
  });

  it('has the status of every code of the API', () => {
    const stated = tableOf(PAGE, 'code', 'status').flatMap((row) =>
      namesIn(row.code).map((code) => [code, Number(row.status)]),
    );

    expect(Object.fromEntries(stated)).toEqual(statuses());
  });
});

/** The status of each code of the API. */
const statuses = (): Record<string, number> => {
  const listed = read('middleware/http-errors.ts').matchAll(/^ {2}([A-Z_]+): (\d{3}),$/gm);
  const contract = [...listed].map(([, code = '', status]) => [code, Number(status)]);
  return { ...Object.fromEntries(contract), INTERNAL_SERVER_ERROR: 500 };
};

describe('error-handling-resilience.md', () => {
  it('has every number that a test contains, and no other', () => {
    const used = files('test/**/*.test.ts').flatMap((file) => read(file).match(/\bF\d\d\b/g) ?? []);

    const listed = tableOf(
      'docs/architecture/error-handling-resilience.md',
      'number',
      'failure',
    ).map(({ number }) => number);

    expect(listed).toEqual([...new Set(used)].sort());
  });
});

describe('assistants.md', () => {
  const stated = tableOf('docs/guides/assistants.md', 'tool', 'hint').filter(
    (row) => row.hint !== 'as configured',
  );
  const registry = toolRegistry([]);

  it.each(stated)('says of $tool what the registry says', ({ tool = '', role, hint }) => {
    const [name = '', ...aliases] = namesIn(tool);
    const found = registry.find(name);

    expect({ name, aliases, role, hint }).toEqual({
      name: found?.name,
      aliases: found?.aliases ?? [],
      role: found?.role,
      hint: found && hintTextOf(found),
    });
  });

  it('has every tool of the platform', () => {
    const names = PLATFORM_TOOLS.map(({ name }) => name);

    expect(names.filter((name) => !firstNames(stated).includes(name))).toEqual([]);
  });

  it('says how many calls are possible in a minute, and how large they may be', () => {
    const limits = tableOf('docs/guides/assistants.md', 'limit', 'response').map(
      ({ limit }) => limit,
    );
    const [, calls] = /^const MAX_CALLS = (\d+);/m.exec(read('handlers/mcp/serve.ts')) ?? [];
    const [, batch] = /^const MAX_BATCH = (\d+);/m.exec(read('handlers/mcp/serve.ts')) ?? [];
    const [, size] =
      /^const MAX_BODY_BYTES = (\d+) \* 1024;/m.exec(read('middleware/json-body.ts')) ?? [];

    expect(limits.join('\n')).toContain(`${calls} requests a minute for each person`);
    expect(limits.join('\n')).toContain(`${batch} messages in a batch`);
    expect(limits.join('\n')).toContain(`${size} KB for a body`);
  });
});

/** A read is always repeatable, so it is not said. */
const hintTextOf = ({ hint, isIdempotent }: Tool): string =>
  isIdempotent && hint !== 'read' ? `${hint}, idempotent` : hint;

describe('schedules.md', () => {
  it('shows a command that sends every property that a caller may set when it changes a schedule', () => {
    const recipe = blocksOf('docs/guides/schedules.md', 'sh').find((block) => block.includes('jq'));

    const [, names = ''] = /jq '\{([^}]*)\}/.exec(recipe ?? '') ?? [];

    expect(names.split(', ').sort()).toEqual(Object.keys(ScheduleBody.shape).sort());
  });
});

describe('service-architecture.md', () => {
  it('has every function with its timeout and memory', () => {
    const stated = tableOf(
      'docs/architecture/service-architecture.md',
      'function',
      'timeout s',
    ).map((row) => [
      namesIn(row.function)[0],
      { timeout: Number(row['timeout s']), memory: Number(row['memory MB']) },
    ]);

    expect(Object.fromEntries(stated)).toEqual(
      Object.fromEntries(
        functions().map((name) => [name, { timeout: timeoutOf(name), memory: memoryOf(name) }]),
      ),
    );
  });
});

describe('performance.md', () => {
  it('has every gate of the functions, and no other', () => {
    const numbersIn = (text = '') => [...text.matchAll(/\d+(\.\d+)?/g)].map(([n]) => Number(n));
    const stated = tableOf('docs/operations/performance.md', 'figure', 'compared with').flatMap(
      ({ gate }) => numbersIn(gate),
    );
    const exists = ([name]: [string, unknown]) => files(`handlers/${name}/index.ts`).length > 0;
    const { coldStart, bundle, ...others } = GATES;
    const own = Object.fromEntries(Object.entries({ ...coldStart }).filter(exists));
    const sizes = Object.fromEntries(Object.entries({ ...bundle }).filter(exists));

    const gates = numbersIn(JSON.stringify([own, sizes, others]));
    expect([...new Set(stated)].sort()).toEqual([...new Set(gates)].sort());
  });
});

describe('data-model.md', () => {
  const PAGE = 'docs/architecture/data-model.md';

  it('has every table and index of Terraform', () => {
    const made = tables();

    const stated = tableOf(PAGE, 'table', 'key').map((row) => namesIn(row.table)[0]);

    expect(stated).toEqual(made.map(({ name }) => `rez-agent-${name}-<stage>`));
    expect(
      firstNames(tableOf(PAGE, 'index', 'keys')).filter((name) => /-index$/.test(name)),
    ).toEqual(made.flatMap(({ indexes }) => [...indexes.keys()]));
  });

  it('has every function that reads or writes a table, in its file', () => {
    const stated = tableOf(PAGE, 'function', 'file').flatMap((row) =>
      namesIn(row.function).map((name) => `${namesIn(row.file)[0]} ${name}`),
    );
    const exported = files('lib/data/**/*.ts')
      .filter((file) => !/\/(change-message|schedule-entity)\.ts$/.test(file))
      .filter((file) => /\.send\(|\b(try)?[cC]hange(Message|Schedule)\(/.test(read(file)))
      .flatMap((file) =>
        [...read(file).matchAll(/^export const ([a-z]\w+) = /gm)].map(([, n]) => `${file} ${n}`),
      );

    expect(stated.sort()).toEqual(exported.sort());
  });
});

describe('observability-monitoring.md', () => {
  const PAGE = 'docs/architecture/observability-monitoring.md';

  it('quotes only sentences that the code logs', () => {
    const source = files('{lib,middleware,handlers}/**/*.ts').map(read).join('\n');
    const quoted = tableOf(PAGE, 'sentence', 'means').flatMap((row) => namesIn(row.sentence));

    expect(quoted.filter((sentence) => !source.includes(`'${sentence}'`))).toEqual([]);
  });

  it('has every metric, and no other', () => {
    const declared = [...read('lib/platform/metrics.ts').matchAll(/^ {2}([A-Z]\w+): '/gm)].map(
      ([, n]) => n,
    );
    const stated = spansOf(PAGE).filter((text) =>
      /^[A-Z][a-z]+[A-Z]\w+$|^(?:API|DLQ)[A-Z][a-z]\w+$/.test(text),
    );

    expect([...new Set(stated)].filter((name) => name !== 'RezAgent').sort()).toEqual(
      declared.sort(),
    );
  });
});

describe('docs/schemas', () => {
  it.each(Object.keys(jsonSchemas()))('%s is the schema with which the code parses', (file) => {
    expect(JSON.parse(read(`docs/schemas/${file}`))).toEqual(jsonSchemas()[file]);
  });

  it('envelope.json has exactly the properties of a wake-up, and requires all of them', () => {
    interface Shape {
      properties?: Record<string, Shape>;
      required?: string[];
      pattern?: string;
      const?: unknown;
    }
    const schema = JSON.parse(read('docs/schemas/envelope.json')) as Shape;
    const origin = { eventId: 'e', timestamp: 't', source: 's', region: 'r' };
    const envelope = envelopeOf(aMessage(), origin);

    const compare = (shape: Shape, value: object, path: readonly string[]): void => {
      expect(Object.keys(shape.properties ?? {}), path.join('.')).toEqual(Object.keys(value));
      expect(shape.required, path.join('.')).toEqual(Object.keys(value));
      for (const [name, inner] of Object.entries(value)) {
        const property = shape.properties?.[name] ?? {};
        const without = structuredClone(envelope) as Record<string, unknown>;
        const parent = path.reduce((at, key) => at[key] as Record<string, unknown>, without);
        delete parent[name];
        expect(readEnvelope(JSON.stringify(without)), `without ${name}`).toBeUndefined();
        if (property.pattern) expect(inner).toMatch(new RegExp(property.pattern));
        if (property.const !== undefined) expect(inner).toBe(property.const);
        if (typeof inner === 'object') compare(property, inner, [...path, name]);
      }
    };
    compare(schema, envelope, []);
  });
});

describe('the recipes of extending.md', () => {
  const changes = RECIPES.flatMap(({ title, steps }) =>
    steps.flatMap((step) => (step.kind === 'change' ? [{ title, ...step }] : [])),
  );

  it('are those of a job, an action, a tool, an operation, a table and a consumer', () => {
    expect(RECIPES.map(({ title }) => title)).toEqual([
      'A new job',
      'A new action',
      'A new tool',
      'A new operation of the API',
      'A new table',
      'A new queue consumer',
    ]);
  });

  it.each(changes)('$title: change $file at a place that it has', ({ file, text }) => {
    expect(isApplied(followed(file, text), text)).toBe(true);
  });

  it.each(RECIPES)('$title: import only names that files export', ({ steps }) => {
    const created = steps.flatMap((step) => (step.kind === 'create' ? [step] : []));
    const imports = created.flatMap(({ file, text }) =>
      [...text.matchAll(/^import (?:type )?\{ (.+) \} from '([#.]\S+)';$/gm)].flatMap(
        ([, names = '', from = '']) => {
          const path = from.startsWith('#') ? from.slice(1) : join(dirname(file), from);
          const source = created.find((one) => one.file === path)?.text ?? read(path);
          return names
            .split(', ')
            .map((name) => ({ name: name.replace('type ', ''), path, source }));
        },
      ),
    );

    expect(imports).not.toEqual([]);
    expect(
      imports.filter(
        ({ name, source }) => !new RegExp(`^export .*\\b${name}\\b`, 'm').test(source),
      ),
    ).toEqual([]);
  });

  it.each(RECIPES)('$title: touch as many files as it says', ({ steps, files }) => {
    const named = steps.flatMap((step) => (step.kind === 'command' ? [] : [step.file]));

    expect(new Set(named).size).toBe(files);
  });
});

describe('the example of a job', () => {
  let folder: string;
  let file: string;

  /** The example in a git-ignored folder of the repository, so that `#…` imports resolve. */
  beforeAll(() => {
    mkdirSync(join(ROOT, '.local'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.local', 'docs-'));
    file = join(folder, 'countdown.ts');
    const code = textFor('lib/jobs/countdown.ts').replace("'./job.ts'", "'#lib/jobs/job.ts'");
    writeFileSync(file, code);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const [recipe] = RECIPES.filter(({ title }) => title === 'A new job');
  const textFor = (file: string) => {
    const step = recipe?.steps.find((one) => one.kind !== 'command' && one.file === file);
    if (step === undefined || step.kind === 'command') throw new Error(`no recipe has ${file}`);
    return step.text;
  };

  it('is the same in the README and in extending.md', () => {
    expect(blocksOf('README.md', 'ts')).toContain(textFor('lib/jobs/countdown.ts'));
  });

  it('is registered in the README as in extending.md', () => {
    const added = [...textFor('lib/jobs/registry.ts').matchAll(/^\+(.*)$/gm)].map(
      ([, code = '']) => code,
    );

    expect(added).toHaveLength(2);
    for (const code of added) expect(read('README.md')).toContain(`\n${code}\n`);
  });

  it('compiles with our settings, together with the registry and its test', () => {
    const registry = followed('lib/jobs/registry.ts', textFor('lib/jobs/registry.ts'));
    const test = textFor('test/lib/jobs/countdown.test.ts').replace('#lib/jobs/', './');
    writeFileSync(
      join(folder, 'registry.ts'),
      registry.replaceAll(/'\.\/(?!countdown)/g, "'#lib/jobs/"),
    );
    writeFileSync(join(folder, 'countdown.test.ts'), test);
    const project = join(folder, 'tsconfig.json');
    const named = ['countdown.ts', 'registry.ts', 'countdown.test.ts'];
    const settings = {
      extends: join(ROOT, 'tsconfig.json'),
      include: [],
      files: named.map((name) => join(folder, name)),
    };
    writeFileSync(project, JSON.stringify(settings));

    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');

    expect(() => execFileSync(tsc, ['-p', project], { encoding: 'utf8' })).not.toThrow();
  });

  it('runs, counts the days in its push, and refuses an invalid payload', async () => {
    const { countdown } = (await import(file)) as { countdown: Job };
    const run = (payload: Record<string, unknown>) =>
      countdown.run({
        message: aMessage({ message_type: 'scheduled', payload }),
        run: aRun(),
        deps: { nowMs: Date.parse('2026-12-21T12:00:00Z'), activitySince: () => Promise.reject() },
      });

    const { children } = await run({ what: 'the new year', date: '2027-01-01' });

    expect(children).toEqual([
      {
        purpose: 'push',
        message_type: 'notify',
        payload: { title: 'the new year', message: '11 days to go' },
      },
    ]);
    await expect(run({ what: 'never' })).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
  });
});

describe('CHANGELOG.md', () => {
  it('has a section for the version of the package', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };

    expect(read('CHANGELOG.md')).toMatch(
      new RegExp(`^## ${version.replaceAll('.', '\\.')}\\b`, 'm'),
    );
  });
});

describe('the maps of the documents', () => {
  it.each([
    ['docs/README.md', 'docs/{*,architecture/*,guides/*,operations/*}.md'],
    ['docs/architecture/README.md', 'docs/architecture/*.md'],
    ['docs/decisions/README.md', 'docs/decisions/*.md'],
  ])('%s links to every page of %s', (map, pages) => {
    const linked = [...read(map).matchAll(/\]\(([^)#\s]+)/g)].map(([, link = '']) =>
      join(dirname(map), link),
    );

    expect(files(pages).filter((page) => page !== map && !linked.includes(page))).toEqual([]);
  });
});

describe('superseded.md', () => {
  it('says of each request what replaces it, and why', () => {
    expect(instead.length).toBeGreaterThan(30);
    expect(instead.filter((row) => row.instead === '' || row.because === '')).toEqual([]);
  });

  it('names no variable of today as one that was asked for, except those with a new meaning', () => {
    const asked = instead.flatMap((row) => namesIn(row['they asked for']));
    const code = read('lib/platform/env.ts');

    const variables = asked.filter((name) => /^[A-Z][A-Z_]+$/.test(name));
    expect(variables.length).toBeGreaterThanOrEqual(4);
    expect(variables.filter((name) => code.includes(`${name}:`))).toEqual([]);
  });
});

describe('decisions', () => {
  it('are all listed, by number without a gap', () => {
    const pages = files('docs/decisions/[0-9]*.md').map((file) => basename(file));
    const listed = [...read('docs/decisions/README.md').matchAll(/\]\((\d{4}-[\w-]+\.md)\)/g)];

    expect(listed.map(([, name]) => name)).toEqual(pages);
    expect(pages.map((name) => Number(name.slice(0, 4)))).toEqual(pages.map((_, n) => n + 1));
  });
});
