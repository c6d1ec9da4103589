import { FLAG_NAMES, FLAGS, flagParameter, valueWithout } from '#lib/config/flags.ts';
import { SETTABLE_NAMES, settableParameter } from '#scripts/configuration/settable-parameters.ts';
import { firstNames, namesIn, tableOf } from '#test/support/pages.ts';
import { code, table } from './markdown.ts';

const PAGE = 'docs/architecture/configuration-management.md';

const setWith = (name: string): string =>
  SETTABLE_NAMES.includes(name) ? code(`make set NAME=${name} STAGE=prod`) : '';

const typeOf = (name: string): string =>
  settableParameter(name.replace('<name>', 'example'))?.type ?? 'SecureString';

const parameterTable = (): string => {
  const secret = tableOf(PAGE, 'parameter', 'written by');
  const names = [...new Set([...firstNames(secret), ...SETTABLE_NAMES])];
  const writer = new Map(secret.map((row) => [namesIn(row.parameter)[0], row['written by']]));
  return table(
    ['parameter', 'type', 'first written by', 'set with'],
    names.map((name) => [code(name), typeOf(name), writer.get(name) ?? 'operators', setWith(name)]),
  );
};

const flagTable = (): string =>
  table(
    ['flag', 'counts as, without a value', 'meaning'],
    FLAG_NAMES.map((name) => [
      code(flagParameter(name)),
      valueWithout(name) ? 'on' : 'off',
      FLAGS[name].meaning,
    ]),
  );

const secretTable = (): string =>
  table(
    ['secret', 'name in Secrets Manager', 'set with'],
    tableOf(PAGE, '`NAME`', 'name in Secrets Manager').map((row) => {
      const [name = ''] = namesIn(row['`NAME`']);
      return [
        code(name),
        row['name in Secrets Manager'] ?? '',
        code(`make secret NAME=${name} STAGE=prod`),
      ];
    }),
  );

/** Parameters, flags and secrets. */
export const configurationPart = (): string => `## Parameters

Under \`/rez-agent/<stage>/\` in SSM. Functions cache a parameter for five minutes, and a flag for one.

${parameterTable()}

## Flags

${flagTable()}

A value is \`on\`, \`off\`, or JSON with \`enabled\`, \`enabled_for\`, \`reason\` and \`until\` ([Flags](configuration-management.md#flags)).

## Secrets

${secretTable()}`;
