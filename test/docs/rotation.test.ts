import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SETTABLE_NAMES, settableParameter } from '#scripts/configuration/settable-parameters.ts';
import { awsCommandsIn, optionsOf } from '#test/support/aws-commands.ts';
import { blocksOf, fileText, firstNames, tableOf } from '#test/support/pages.ts';

const PAGE = 'docs/operations/rotation.md';
const CONFIGURATION = 'docs/architecture/configuration-management.md';
const commands = blocksOf(PAGE, 'sh');

describe('rotation.md', () => {
  it('has a section for every secret parameter, key and secret of a stage', () => {
    const secrets = [
      ...SETTABLE_NAMES.filter((name) => settableParameter(name)?.type === 'SecureString'),
      ...[...fileText('scripts/platform-keys.ts').matchAll(/^ {2}'([\w-]+)': '/gm)].map(
        ([, name = '']) => name,
      ),
      ...firstNames(tableOf(CONFIGURATION, '`NAME`', 'value')),
    ];

    expect(secrets.length).toBeGreaterThanOrEqual(6);
    expect(firstNames(tableOf(PAGE, 'secret', 'downtime')).sort()).toEqual(secrets.sort());
  });

  it('has commands that the shell can parse', () => {
    expect(() =>
      execFileSync('bash', ['-n'], { input: commands.join('\n'), stdio: 'pipe' }),
    ).not.toThrow();
  });

  it('uses only operations and options that the SDK of AWS has', () => {
    const unknown = awsCommandsIn(commands.join('\n')).flatMap((command) => {
      const known = optionsOf(command);
      return command.options
        .filter((option) => known?.has(option.replaceAll('-', '')) !== true)
        .map((option) => `${command.operation} --${option}`);
    });

    expect(unknown).toEqual([]);
  });
});
