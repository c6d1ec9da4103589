import { describe, expect, it } from 'vitest';
import { stringsIn } from '#test/support/hcl.ts';
import {
  allowedTo,
  attributeOf,
  blockOf,
  bodyOf,
  everyBlock,
  functions,
  MODULES,
  textOf,
} from '#test/support/terraform.ts';

const MESSAGES = 'module.messages.arn';
const INDEX = (name: string) => `module.messages.index_arns["${name}"]`;
const SCHEDULES = 'module.schedule_rows.arn';
const SCHEDULE_INDEX = (name: string) => `module.schedule_rows.index_arns["${name}"]`;
const GROUP = '"…/*"';
const TOPIC = (name: string) => `aws_sns_topic.this["${name}"].arn`;
const QUEUE = (name: string) => `module.queue["${name}"].arn`;
const FLAG = (name: string) => `aws_ssm_parameter.flag["${name}"].arn`;
const KMS_KEYS = '"arn:…:kms:…:…:key/*"';
/** Without what Terraform puts in. */
const outline = (text: string) => text.replace(/\$\{[^}]*\}/g, '…');
const TAKE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const dynamodb = (...calls: string[]) => calls.map((call) => `dynamodb:${call}`);

/** The calls that each function makes, by what it makes them on. */
const CALLS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  scheduler: {
    'module.fires.arn': TAKE,
    [MESSAGES]: dynamodb('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
    [INDEX('correlation_id-created_date-index')]: dynamodb('Query'),
    [SCHEDULES]: dynamodb('GetItem', 'UpdateItem'),
    'module.metrics.arn': dynamodb('UpdateItem'),
    [TOPIC('messages')]: ['sns:Publish'],
    [TOPIC('notifications')]: ['sns:Publish'],
  },
  processor: {
    [QUEUE('messages')]: TAKE,
    [MESSAGES]: dynamodb('GetItem', 'PutItem', 'UpdateItem', 'BatchGetItem'),
    [INDEX('status-created_date-index')]: dynamodb('Query'),
    'module.metrics.arn': dynamodb('UpdateItem'),
    [TOPIC('messages')]: ['sns:Publish'],
    [TOPIC('notifications')]: ['sns:Publish'],
  },
  notification: {
    [QUEUE('notifications')]: TAKE,
    [MESSAGES]: dynamodb('GetItem', 'UpdateItem'),
    'module.metrics.arn': dynamodb('UpdateItem'),
    'module.breakers.arn': dynamodb('GetItem', 'UpdateItem'),
    'aws_ssm_parameter.ntfy_url.arn': ['ssm:GetParameters'],
    'aws_ssm_parameter.ntfy_token.arn': ['ssm:GetParameters'],
    [FLAG('notifications')]: ['ssm:GetParameters'],
    [KMS_KEYS]: ['kms:Decrypt'],
  },
  sweeper: {
    [INDEX('due-index')]: dynamodb('Query'),
    [INDEX('correlation_id-created_date-index')]: dynamodb('Query'),
    [MESSAGES]: dynamodb('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
    [SCHEDULES]: dynamodb('GetItem', 'UpdateItem'),
    [SCHEDULE_INDEX('status-created_date-index')]: dynamodb('Query'),
    [GROUP]: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
    '"*"': ['scheduler:ListSchedules'],
    'module.schedules.role_arn': ['iam:PassRole'],
    [INDEX('stage-created_date-index')]: dynamodb('Query'),
    'module.metrics.arn': dynamodb('BatchGetItem', 'Query', 'UpdateItem'),
    'module.breakers.arn': dynamodb('GetItem'),
    'local.flag_arns': ['ssm:GetParameters'],
    [TOPIC('messages')]: ['sns:Publish'],
    [TOPIC('notifications')]: ['sns:Publish'],
    'local.dlq_arns': ['sqs:GetQueueAttributes'],
  },
  'web-api': {
    [MESSAGES]: dynamodb('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
    [INDEX('stage-created_date-index')]: dynamodb('Query'),
    [INDEX('status-created_date-index')]: dynamodb('Query'),
    'module.metrics.arn': dynamodb('BatchGetItem', 'UpdateItem'),
    [INDEX('correlation_id-created_date-index')]: dynamodb('Query'),
    [SCHEDULES]: dynamodb('DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'),
    [SCHEDULE_INDEX('status-created_date-index')]: dynamodb('Query'),
    [SCHEDULE_INDEX('name-index')]: dynamodb('Query'),
    [GROUP]: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
    'module.schedules.role_arn': ['iam:PassRole'],
    'module.breakers.arn': dynamodb('GetItem'),
    'module.idempotency.arn': dynamodb('PutItem'),
    'local.cursor_key_arn': ['ssm:GetParameters'],
    'local.flag_arns': ['ssm:GetParameters'],
    [KMS_KEYS]: ['kms:Decrypt'],
    [TOPIC('messages')]: ['sns:Publish', 'sns:GetTopicAttributes'],
    [TOPIC('notifications')]: ['sns:Publish'],
  },
};

describe('the role', () => {
  it.each(functions())('of %s may make exactly the calls that it makes', (name) => {
    const may: Record<string, string[]> = {};
    for (const { actions, resources } of allowedTo(name).values()) {
      for (const resource of resources.map(outline))
        may[resource] = [...(may[resource] ?? []), ...actions].sort();
    }

    const makes = Object.entries(CALLS[name] ?? {}).map(([on, calls]) => [on, [...calls].sort()]);
    expect(may).toEqual(Object.fromEntries(makes));
  });

  it.each(['notification', 'web-api'])(
    'of %s decrypts through SSM with its own key alone',
    (name) => {
      const { onlyIf } = allowedTo(name).get('DecryptConfiguration') ?? {};

      expect(onlyIf).toEqual(['kms:ViaService', 'kms:ResourceAliases']);
    },
  );
});

describe('the role of the schedules', () => {
  it.each(['sweeper', 'web-api'])('is lent by %s to EventBridge Scheduler alone (F45)', (name) => {
    const { onlyIf } = allowedTo(name).get('LendTheSchedulesRole') ?? {};

    expect(onlyIf).toEqual(['iam:PassedToService']);
  });
});

describe('wildcards', () => {
  /** Where a permission names more than one thing; the README of the module says why. */
  const JUSTIFIED = [
    'app: *',
    'app: …/*',
    'app: arn:…:kms:…:…:key/*',
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

describe('what operators own', () => {
  const app = bodyOf('modules/app');
  const parameters = app.blocks.filter(({ labels }) => labels[0] === 'aws_ssm_parameter');

  it.each(parameters)('is written once and never again: $labels', (parameter) => {
    expect(attributeOf(blockOf(parameter, 'lifecycle'), 'ignore_changes')).toBe('all');
  });

  it('never comes into the state when it is secret', () => {
    const secret = parameters.filter(
      ({ attributes }) => attributes.get('type') === '"SecureString"',
    );

    expect(secret.map(({ labels }) => labels[1])).toEqual(['ntfy_url', 'ntfy_token']);
    for (const { attributes } of secret) {
      expect(attributes.has('value_wo')).toBe(true);
      expect(attributes.has('value') || attributes.has('insecure_value')).toBe(false);
    }
  });

  it('passes through the roots without being kept', () => {
    const variable = blockOf(app, 'variable', 'ntfy_url');

    expect(attributeOf(variable, 'ephemeral')).toBe('true');
    expect(attributeOf(variable, 'sensitive')).toBe('true');
  });
});
