import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { environmentOf } from './support/terraform.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const files = (pattern: string) => globSync(pattern, { cwd: ROOT }).sort();

const PRODUCT = files('{lib,middleware,handlers}/**/*.{ts,tsx}');
/** The dashboard. It runs in a browser, so it cannot use the code of functions. */
const BROWSER = files('handlers/web/app/**/*.{ts,tsx}');
/** The bodies of the API's responses: the only file that imports from another function, and only types. */
const RESPONSES = 'handlers/web/app/api/responses.ts';
const CONTRACT = 'handlers/web-api/contract/';
const FUNCTIONS = files('handlers/*/index.ts').map((file) => basename(dirname(file)));
const MODULES = files('terraform/modules/*/').map((folder) => basename(folder));
const STAGES = files('terraform/envs/*/').map((folder) => basename(folder));

/** Files of the product that a file imports, by type or by value. */
const importsOf = (file: string): string[] => {
  const specifiers = read(file).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g);
  return [...specifiers].flatMap(([, specifier = '']) => {
    if (specifier.startsWith('#')) return [specifier.slice(1)];
    return specifier.startsWith('./') ? [posix.join(posix.dirname(file), specifier)] : [];
  });
};

/** The entry of a function, and the modules that it imports later. */
const loadedBy = (entry: string): string[] => {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const next of existsSync(join(ROOT, file)) ? importsOf(file) : []) reached.add(next);
  }
  const later = [...reached].flatMap((file) =>
    existsSync(join(ROOT, file))
      ? [...codeOf(file).matchAll(/\bimport\(\s*'([^']+)'/g)].map(([, specifier = '']) =>
          specifier.startsWith('#')
            ? specifier.slice(1)
            : posix.join(posix.dirname(file), specifier),
        )
      : [],
  );
  return [entry, ...later];
};

/** The source without its comments. */
const codeOf = (file: string) =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1');

/** Files whose code matches a pattern. */
const withCode = (among: readonly string[], pattern: RegExp) =>
  among.filter((file) => pattern.test(codeOf(file)));

describe('imports', () => {
  it('have no cycle', () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      } else if (!done.has(file) && existsSync(join(ROOT, file))) {
        for (const next of importsOf(file)) visit(next, [...path, file]);
        done.add(file);
      }
    };
    for (const file of PRODUCT) visit(file, []);

    expect(cycles).toEqual([]);
  });

  it('of one function never lead to another function', () => {
    const astray = files('handlers/*/**/*.{ts,tsx}').flatMap((file) => {
      const own = file.split('/').slice(0, 2).join('/');
      return importsOf(file)
        .filter((target) => target.startsWith('handlers/') && !target.startsWith(`${own}/`))
        .filter((target) => file !== RESPONSES || !target.startsWith(CONTRACT))
        .map((target) => `${file} → ${target}`);
    });

    expect(astray).toEqual([]);
  });

  it('of the dashboard lead to itself, to packages of browsers, and to types of lib and of the contract', () => {
    const statement =
      /^(?:import|export)(?: type)?(?:[^;']*\bfrom)? '([^']+)';|\bimport\('([^']+)'\)/gm;
    const isAllowed = (text: string, specifier: string, file: string) =>
      specifier.startsWith('./') ||
      specifier.startsWith('#handlers/web/app/') ||
      /^(preact|preact-iso|@preact\/signals)(\/|$)/.test(specifier) ||
      (/^(import|export) type\b/.test(text) &&
        (specifier.startsWith('#lib/') ||
          (file === RESPONSES && /^(#handlers\/web-api\/contract\/|zod\/mini$)/.test(specifier))));

    const astray = BROWSER.flatMap((file) =>
      [...codeOf(file).matchAll(statement)]
        .map(([text, fixed, dynamic]) => ({ text, specifier: fixed ?? dynamic ?? '' }))
        .filter(({ text, specifier }) => !isAllowed(text, specifier, file))
        .map(({ specifier }) => `${file} → ${specifier}`),
    );

    expect(astray).toEqual([]);
  });

  it('of functions lead to no file of the dashboard except the list of its pages', () => {
    const astray = PRODUCT.filter((file) => !BROWSER.includes(file)).flatMap((file) =>
      importsOf(file)
        .filter((target) => BROWSER.includes(target) && target !== 'handlers/web/app/pages.ts')
        .map((target) => `${file} → ${target}`),
    );

    expect(astray).toEqual([]);
  });

  it('of lib/platform lead only to files of lib/platform', () => {
    const outside = files('lib/platform/*.ts').flatMap((file) =>
      importsOf(file)
        .filter((target) => !target.startsWith('lib/platform/'))
        .map((target) => `${file} → ${target}`),
    );

    expect(outside).toEqual([]);
  });
});

describe('code', () => {
  it.each([
    ['the environment', /\bprocess\.env\b/, /^lib\/platform\/env\.ts$/],
    [
      'an AWS client',
      /\bnew \w+Client\(/,
      /^lib\/(data\/table|bus\/topics|bus\/dead-letters|config\/(ssm|secret-presence)|schedules\/event-bridge|engine\/watch\/watch-alarms)\.ts$/,
    ],
    ['the console', /\bconsole\.\w/, /^$/],
    ['a mock of an own module', /\bvi\.mock\(\s*['"](#|\.)/, /^$/],
  ])('uses %s only in its place', (_, pattern, place) => {
    const among = [...PRODUCT, ...files('test/**/*.test.ts').filter(isNotThis)];
    const inTests = pattern.source.includes('env') || pattern.source.includes('new ');

    const found = withCode(inTests ? PRODUCT : among, pattern);

    expect(found.filter((file) => !place.test(file))).toEqual([]);
  });

  it('of lib/ is in a folder by topic, at most two folders deep', () => {
    const odd = files('lib/**/*.ts').filter((file) => !/^lib\/[^/]+\/([^/]+\/)?[^/]+$/.test(file));

    expect(odd).toEqual([]);
  });

  it('has no file called utils, types and the like, and an index.ts only where Lambda loads it', () => {
    const named = /(^|\/)(utils?|helpers?|common|shared|types|interfaces|constants)(\.tsx?|\/)/;

    const odd = files('{lib,middleware,handlers,scripts,test}/**/*.{ts,tsx}').filter(
      (file) =>
        named.test(file) || (file.endsWith('/index.ts') && !/^handlers\/[^/]+\/index/.test(file)),
    );

    expect(odd).toEqual([]);
  });
});

/** The exports that files declare themselves, by name. */
const exportsOf = (file: string): string[] => [
  ...new Set(
    [
      ...codeOf(file).matchAll(
        /^export (?:declare )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm,
      ),
    ].map(([, name = '']) => name),
  ),
];

/** A function without statements that returns a new error: its name, and its parameters. */
const ERROR_FUNCTION =
  /(\w+)\s*[:=]\s*(?:async )?\((?:[^()]|\([^()]*\))*\)[^={}]*=>\s*\(?\s*new AppError\(/g;

describe('names', () => {
  it.each([
    ['exports', '{lib,handlers,middleware,scripts}/**/*.ts'],
    ['exports and components of the dashboard', 'handlers/web/app/**/*.{ts,tsx}'],
  ])('of %s exist once, except for the handlers of functions', (_, pattern) => {
    const filesOf = new Map<string, string[]>();
    for (const file of files(pattern)) {
      for (const name of exportsOf(file)) {
        filesOf.set(name, [...(filesOf.get(name) ?? []), file]);
      }
    }

    const twice = [...filesOf].filter(([name, at]) => at.length > 1 && name !== 'handler');

    expect(twice).toEqual([]);
  });

  it('of functions that return a new AppError end in Error', () => {
    const others = [...PRODUCT, ...files('{scripts,test}/**/*.ts')]
      .filter(isNotThis)
      .flatMap((file) =>
        [...codeOf(file).matchAll(ERROR_FUNCTION)]
          .filter(([, name = '']) => !name.endsWith('Error'))
          .map(([, name]) => `${file} ${name}`),
      );

    expect(others).toEqual([]);
  });
});

describe('scripts', () => {
  it('make foreign text printable before they print it', () => {
    // These files print the output of tools, which contains colours and several lines.
    const passOn = /^scripts\/(bench\b|check\.ts|test\.ts)/;
    const printing = files('scripts/**/*.ts').filter((file) => !passOn.test(file));

    const untagged = withCode(printing, /\b(console\.\w+|say)\(\s*`[^`]*\$\{/);

    expect(untagged).toEqual([]);
  });
});

describe('unit tests', () => {
  it.each([
    ['measure durations with the real clock', /\bperformance\.now\(/],
    ['check durations by the time of day', /\bDate\.now\(\) - \w+\)\.to/],
    ['have their own timeout', /\},\s*\d{2,}_000,?\s*\);/],
    ['have their own timeout among their options', /\btimeout: \d+_000,?\s*\},\s*(async )?\(/],
  ])('do not %s, because they would fail on a busy machine', (_, pattern) => {
    const tests = files('test/**/*.test.ts').filter((file) => !file.startsWith('test/e2e/'));

    expect(withCode(tests.filter(isNotThis), pattern)).toEqual([]);
  });
});

const isNotThis = (file: string) => file !== 'test/architecture.test.ts';

describe.each(FUNCTIONS)('the function %s', (name) => {
  it('has a Terraform file and a pipeline test with its name', () => {
    const terraform = `terraform/modules/app/${name}.tf`;

    expect(existsSync(join(ROOT, terraform)), terraform).toBe(true);
    expect(read(terraform)).toContain(`module "${name.replaceAll('-', '_')}"`);
    expect(
      files(`test/handlers/${name}/*.ts`).filter((file) =>
        read(file).includes(`#handlers/${name}/index.ts`),
      ),
      `a test in test/handlers/${name}/ that calls the exported handler`,
    ).not.toEqual([]);
  });

  it('exports a handler made by Middy', async () => {
    const { handler } = (await import(join(ROOT, 'handlers', name, 'index.ts'))) as {
      handler: Record<string, unknown>;
    };

    expect(handler).toBeTypeOf('function');
    for (const method of ['use', 'before', 'after', 'onError']) {
      expect(handler[method], method).toBeTypeOf('function');
    }
  });

  it('gets from Terraform exactly the variables that it reads', async () => {
    vi.resetModules();
    const { envNamesRead } = await import('#lib/platform/env.ts');
    for (const file of loadedBy(`handlers/${name}/index.ts`)) await import(join(ROOT, file));

    const setByLambda = /^(AWS_REGION|AWS_LAMBDA_\w+|LAMBDA_TASK_ROOT)$/;
    expect([...environmentOf(name).keys()].sort()).toEqual(
      [...envNamesRead()].filter((variable) => !setByLambda.test(variable)).sort(),
    );
  });
});

describe('terraform', () => {
  it.each(MODULES)('module %s has its files and a test', (module) => {
    const folder = `terraform/modules/${module}`;

    const present = files(`${folder}/*.tf`).map((file) => basename(file));

    expect(present).toEqual(
      expect.arrayContaining(['main.tf', 'outputs.tf', 'variables.tf', 'versions.tf']),
    );
    expect(files(`${folder}/tests/*.tftest.hcl`)).not.toEqual([]);
  });

  it.each(MODULES.filter((module) => module !== 'app'))(
    'module %s calls no other module',
    (module) => {
      const calls = files(`terraform/modules/${module}/*.tf`).filter((file) =>
        /^module "/m.test(read(file)),
      );

      expect(calls).toEqual([]);
    },
  );

  it.each(STAGES)('root %s contains one call of the app and nothing else', (stage) => {
    const text = files(`terraform/envs/${stage}/*.tf`).map(read).join('\n');

    expect(text.match(/^module "\w+"/gm)).toEqual(['module "app"']);
    expect(text.match(/^(resource|data) "\w+"/gm) ?? []).toEqual([]);
    expect(text).toContain('source = "../../modules/app"');
  });

  it('has one file with a call of the module lambda for every function', () => {
    const withFunction = files('terraform/modules/app/*.tf').filter((file) =>
      read(file).includes('source = "../lambda"'),
    );

    expect(withFunction.map((file) => basename(file, '.tf'))).toEqual(FUNCTIONS);
  });
});

describe('the repository', () => {
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => existsSync(join(ROOT, file)) && statSync(join(ROOT, file)).isFile());

  const hosts = [
    ['registry', 'npmjs', 'org'],
    ['pypi', 'org'],
    ['pythonhosted', 'org'],
    ['proxy', 'golang', 'org'],
    ['static', 'crates', 'io'],
    ['repo', 'maven', 'apache', 'org'],
    ['deb', 'debian', 'org'],
  ].map((labels) => labels.join('.'));

  it.each([
    ['path of a machine', /(?<![\w.$}-])\/(work|opt|root|home\/\w+)\//],
    ['host of a package registry', new RegExp(hosts.join('|').replaceAll('.', '\\.'))],
  ])('contains no %s', (_, pattern) => {
    const found = tracked.filter((file) => isNotThis(file) && pattern.test(read(file)));

    expect(found).toEqual([]);
  });

  it('has at its top only the folders of the layout and the files of tools', () => {
    const known = new Set([
      ...['handlers', 'middleware', 'lib', 'scripts', 'test', 'terraform', 'docs'],
      ...['package.json', 'package-lock.json', 'tsconfig.json', 'Makefile'],
      ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'LICENSE'],
    ]);

    const odd = tracked
      .map((file) => file.split('/')[0] ?? '')
      .filter((name) => name !== '' && !known.has(name) && !name.startsWith('.'));

    expect([...new Set(odd)]).toEqual([]);
  });
});
