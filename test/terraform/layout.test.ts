import { describe, expect, it } from 'vitest';
import { entriesOf } from '#test/support/hcl.ts';
import {
  APP,
  attributeOf,
  blockOf,
  bodyOf,
  filesOf,
  functions,
  localOf,
  MODULES,
  ROOTS,
  textOf,
} from '#test/support/terraform.ts';

describe('a module', () => {
  it.each(MODULES)('%s has its files, a README and a test', (module) => {
    const files = filesOf(`modules/${module}`);

    expect(files).toEqual(
      expect.arrayContaining(['README.md', 'main.tf', 'variables.tf', 'outputs.tf', 'versions.tf']),
    );
    expect(filesOf(`modules/${module}/tests`).some((file) => file.endsWith('.tftest.hcl'))).toBe(
      true,
    );
    expect(textOf(`modules/${module}/README.md`)).toMatch(
      new RegExp(`^# ${module}\\n\\n\\S.+\\.\\n`),
    );
  });

  it.each(MODULES)('%s requires only the AWS provider, in the tested range', (module) => {
    const providers = blockOf(
      blockOf(bodyOf(`modules/${module}`), 'terraform'),
      'required_providers',
    );

    expect([...providers.attributes.keys()]).toEqual(['aws']);
    expect(attributeOf(providers, 'aws')).toContain('version = ">= 5.100, < 7.0"');
  });

  it.each(MODULES.filter((module) => module !== 'app'))('%s calls no other module', (module) => {
    expect(bodyOf(`modules/${module}`).blocks.filter(({ type }) => type === 'module')).toEqual([]);
  });

  it.each(MODULES)('%s describes every variable and output', (module) => {
    const silent = bodyOf(`modules/${module}`).blocks.filter(
      ({ type, attributes }) =>
        ['variable', 'output'].includes(type) && !attributes.has('description'),
    );

    expect(silent).toEqual([]);
  });
});

describe('a function', () => {
  it.each(functions())('%s has a file with its name in modules/app', (name) => {
    expect(filesOf('modules/app')).toContain(`${name}.tf`);
    expect(textOf(`modules/app/${name}.tf`)).toContain(`module "${name.replaceAll('-', '_')}" {`);
  });
});

describe('the product', () => {
  const outputOf = (output: string) => attributeOf(blockOf(APP, 'output', output), 'value');
  const queueModules = APP.blocks.filter(
    ({ type, attributes }) => type === 'module' && attributes.get('source') === '"../queue"',
  );

  it('keeps the access log of the API as long as the logs of functions', () => {
    const commonDays = entriesOf(localOf('common')).get('log_days');

    expect(commonDays).toBe('var.log_days');
    expect(attributeOf(blockOf(APP, 'module', 'api'), 'log_days')).toBe('var.log_days');
  });

  it('outputs the name of every table', () => {
    expect(outputOf('tables')).toBe('{ for name, table in module.table : name => table.name }');
    expect(attributeOf(blockOf(APP, 'module', 'table'), 'for_each')).toBe('local.tables');
  });

  it('outputs the URLs of every queue', () => {
    const listed = [...outputOf('queues').matchAll(/\bmodule\.(\w+)/g)].map(([, label]) => label);

    expect([...new Set(listed)].sort()).toEqual(
      queueModules.map(({ labels: [label] }) => label).sort(),
    );
  });

  it.each(ROOTS)('is an output of the root %s', (root) => {
    expect(attributeOf(blockOf(bodyOf(`envs/${root}`), 'output', 'app'), 'value')).toBe(
      'module.app',
    );
  });
});

describe('a root', () => {
  const callOf = (root: string) => blockOf(bodyOf(`envs/${root}`), 'module', 'app');

  it.each(ROOTS)('%s contains only one call of modules/app', (root) => {
    const kinds = bodyOf(`envs/${root}`).blocks.map(({ type }) => type);

    expect(kinds.filter((type) => type === 'module')).toHaveLength(1);
    expect(kinds).not.toContain('resource');
    expect(kinds).not.toContain('data');
    expect(attributeOf(callOf(root), 'source')).toBe('"../../modules/app"');
  });

  it.each([
    { root: 'local', stage: 'dev', days: 7, protect: false, rps: 100, tracing: 'false' },
    {
      ...{ root: 'dev', stage: 'dev', days: 7, protect: false, rps: 100, tracing: 'true' },
      sampling: '100',
    },
    {
      ...{ root: 'stage', stage: 'stage', days: 14, protect: true, rps: 500, tracing: 'true' },
      sampling: '10',
    },
    {
      ...{ root: 'prod', stage: 'prod', days: 30, protect: true, rps: 1_000, tracing: 'true' },
      sampling: '5',
    },
  ])('$root keeps logs $days days, protects data: $protect', ({ root, ...wanted }) => {
    const { attributes } = callOf(root);
    const features = entriesOf(attributes.get('features') ?? '{}');

    expect({
      stage: attributes.get('stage'),
      days: Number(attributes.get('log_days')),
      protect: attributes.get('protect_data') === 'true',
      rps: Number(attributes.get('throttle_rps')),
      tracing: features.get('tracing'),
      sampling: features.get('sampling_percent'),
    }).toEqual({ ...wanted, stage: `"${wanted.stage}"` });
  });

  it.each(['dev', 'stage', 'prod'])('%s has no default for ntfy_url', (root) => {
    const variable = blockOf(bodyOf(`envs/${root}`), 'variable', 'ntfy_url');

    expect(variable.attributes.has('default')).toBe(false);
  });

  it.each(['dev', 'stage', 'prod'])('%s locks and encrypts its state', (root) => {
    const backend = blockOf(blockOf(bodyOf(`envs/${root}`), 'terraform'), 'backend', 's3');

    expect(attributeOf(backend, 'encrypt')).toBe('true');
    expect(attributeOf(backend, 'use_lockfile')).toBe('true');
    expect(attributeOf(backend, 'key')).toBe(`"${root}/terraform.tfstate"`);
  });
});

it('Terraform never removes the bucket of the state', () => {
  const bucket = blockOf(bodyOf('bootstrap'), 'resource', 'aws_s3_bucket', 'state');

  expect(attributeOf(blockOf(bucket, 'lifecycle'), 'prevent_destroy')).toBe('true');
});

it.each(MODULES)('a variable of %s with a value by default is never null', (module) => {
  const nullable = bodyOf(`modules/${module}`)
    .blocks.filter(({ type }) => type === 'variable')
    .flatMap(({ attributes }) => attributes.get('nullable') ?? []);

  expect(nullable.filter((value) => value !== 'false')).toEqual([]);
});

it('Terraform uploads a new package before it deletes the old one, which callers may still start', () => {
  const uploaded = blockOf(bodyOf('modules/lambda'), 'resource', 'aws_s3_object', 'this');

  expect(attributeOf(blockOf(uploaded, 'lifecycle'), 'create_before_destroy')).toBe('true');
});
