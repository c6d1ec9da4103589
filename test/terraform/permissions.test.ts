import { describe, expect, it } from 'vitest';
import { stringsIn } from '#test/support/hcl.ts';
import {
  allowedTo,
  attributeOf,
  blockOf,
  bodyOf,
  everyBlock,
  filesOf,
  functions,
  MODULES,
  textOf,
} from '#test/support/terraform.ts';

/** The text with every expression replaced by `…`. */
const outline = (text: string) => text.replace(/\$\{[^}]*\}/g, '…');

describe('the role', () => {
  it.each(['mcp', 'notification', 'web-api'])(
    'of %s may decrypt only through SSM, with the key of SSM',
    (name) => {
      const { onlyIf } = allowedTo(name).get('DecryptConfiguration') ?? {};

      expect(onlyIf).toEqual(['kms:ViaService', 'kms:ResourceAliases']);
    },
  );
});

describe('web', () => {
  it('may do nothing but write its own logs', () => {
    expect([...allowedTo('web')]).toEqual([]);
  });
});

describe('the parameters of web actions', () => {
  it.each(['mcp', 'web-action', 'web-api'])('can be read by %s', (name) => {
    const { actions, resources = [] } = allowedTo(name).get('ReadConfiguration') ?? {};

    expect(actions).toEqual(['ssm:GetParameters']);
    expect(resources.join()).toContain('local.action_parameter_arns');
  });
});

describe('mcp', () => {
  const mayWrite = (table: string) =>
    [...allowedTo('mcp').values()]
      .filter(({ resources = [] }) => resources.join().includes(`module.table["${table}"]`))
      .flatMap(({ actions }) => actions)
      .filter((action) => !/:(BatchGetItem|GetItem|Query)$/.test(action));

  it.each(['approvals', 'effects', 'schedules'])(
    'may only read %s, whatever an assistant calls',
    (table) => {
      expect(mayWrite('messages')).toContain('dynamodb:PutItem');
      expect(mayWrite(table)).toEqual([]);
    },
  );

  it('may neither change a schedule in EventBridge nor read a secret of a service', () => {
    const services = [...allowedTo('mcp').values()].flatMap(({ actions }) =>
      actions.map((action) => action.split(':')[0]),
    );

    expect([...new Set(services)].sort()).toEqual(['dynamodb', 'kms', 'sns', 'ssm']);
  });

  it('alone may read the key that seals tokens of assistants', () => {
    const reading = functions().filter((name) =>
      [...allowedTo(name).values()].some(({ resources = [] }) =>
        resources.join().includes('oauth_key_arn'),
      ),
    );

    expect(reading).toEqual(['mcp']);
  });
});

describe('the permission to write parameters', () => {
  it('has only web-api, and only for the flags', () => {
    const writing = functions().flatMap((name) =>
      [...allowedTo(name).values()]
        .filter(({ actions }) => actions.some((action) => /^ssm:(?!Get)/.test(action)))
        .map(({ actions, resources }) => ({ name, actions, resources })),
    );

    expect(writing).toEqual([
      { name: 'web-api', actions: ['ssm:PutParameter'], resources: ['local.flag_arns'] },
    ]);
  });
});

describe('the role of the schedules', () => {
  it.each(['scheduler', 'sweeper', 'web-api'])(
    'is passed by %s only to EventBridge Scheduler (F45)',
    (name) => {
      const { onlyIf } = allowedTo(name).get('PassSchedulesRole') ?? {};

      expect(onlyIf).toEqual(['iam:PassedToService']);
    },
  );
});

describe('wildcards', () => {
  /** The wildcards of permissions. The README of the module has the reasons. */
  const JUSTIFIED = [
    'app: *',
    'app: …/*',
    'app: arn:…:kms:…:…:key/*',
    'app: arn:…:secretsmanager:…:…:secret:rez-agent/http/*-…-??????',
    'http-api: …/*',
    'lambda: *',
    'lambda: …:*',
  ];

  const granting = MODULES.flatMap((module) => {
    const permissions = [...everyBlock(bodyOf(`modules/${module}`))].filter(
      ({ type, attributes }) =>
        (type === 'statement' || type === 'content' || attributes.has('source_arn')) &&
        attributes.get('effect') !== '"Deny"',
    );
    const statements = permissions.flatMap(({ attributes }) =>
      ['actions', 'resources', 'source_arn'].flatMap((name) =>
        stringsIn(attributes.get(name) ?? ''),
      ),
    );
    const allowed =
      module === 'app' ? functions().flatMap((name) => [...allowedTo(name).values()]) : [];
    const calls = allowed.flatMap(({ actions, resources }) => [
      ...actions,
      ...resources.flatMap(stringsIn),
    ]);
    return [...statements, ...calls].flatMap((text) =>
      text.includes('*') ? [`${module}: ${outline(text)}`] : [],
    );
  });

  it('grant only what is listed here', () => {
    expect([...new Set(granting)].sort()).toEqual(JUSTIFIED.sort());
  });

  it.each(['app', 'http-api', 'lambda', 'queue', 'schedules'])(
    'are explained in the README of module %s',
    (module) => {
      expect(textOf(`modules/${module}/README.md`)).toMatch(
        /^Wildcards?(, each with its reason)?:/m,
      );
    },
  );
});

describe('a parameter of operators', () => {
  const app = bodyOf('modules/app');
  const parameters = app.blocks.filter(({ labels }) => labels[0] === 'aws_ssm_parameter');

  it.each(parameters)('is written only once: $labels', (parameter) => {
    expect(attributeOf(blockOf(parameter, 'lifecycle'), 'ignore_changes')).toBe('all');
  });

  it('is not in the state if it is secret', () => {
    const secret = parameters.filter(
      ({ attributes }) => attributes.get('type') === '"SecureString"',
    );

    expect(secret.map(({ labels }) => labels[1])).toEqual(['ntfy_url', 'ntfy_token']);
    for (const { attributes } of secret) {
      expect(attributes.has('value_wo')).toBe(true);
      expect(attributes.has('value') || attributes.has('insecure_value')).toBe(false);
    }
  });

  it('gets its first value from an ephemeral and sensitive variable if it is secret', () => {
    const variable = blockOf(app, 'variable', 'ntfy_url');

    expect(attributeOf(variable, 'ephemeral')).toBe('true');
    expect(attributeOf(variable, 'sensitive')).toBe('true');
  });
});

describe('the boundary of the roles', () => {
  const actionsIn = (text: string) => new Set(text.match(/"[a-z][a-z0-9-]+:[A-Z][A-Za-z]+"/g));

  it('allows what some role of the modules may do, and nothing else', () => {
    const files = [
      ...MODULES.flatMap((module) =>
        filesOf(`modules/${module}`).map((file) => `modules/${module}/${file}`),
      ),
    ].filter((file) => file.endsWith('.tf'));
    const roles = files
      .map(textOf)
      .join('\n')
      // The policies of resources say what others may do with them, and every role trusts a service.
      .replace(
        /data "aws_iam_policy_document" "(?:topic|traces_of_topics|assume|sweeper_schedule_assume)" \{[\s\S]*?\n\}/g,
        '',
      );
    const conditions = actionsIn(textOf('bootstrap/boundary.tf'));
    const allowed = [...conditions].filter((name) => !/^"(?:kms:Via|iam:Passed)/.test(name));
    const used = [...actionsIn(roles)].filter(
      (name) => !/^"(?:aws:|kms:(?:Via|Resource)|iam:Passed)/.test(name),
    );

    expect(allowed.sort()).toEqual(used.sort());
  });

  it('is on every role', () => {
    const roles = MODULES.flatMap((module) => bodyOf(`modules/${module}`).blocks).filter(
      ({ labels }) => labels[0] === 'aws_iam_role',
    );

    expect(roles.map((role) => attributeOf(role, 'permissions_boundary'))).toEqual([
      'var.permissions_boundary',
      'var.common.permissions_boundary',
      'var.permissions_boundary',
    ]);
  });
});
