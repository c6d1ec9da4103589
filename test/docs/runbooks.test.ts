import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSecretName } from '#lib/config/secret-name.ts';
import { SETTABLE_NAMES } from '#scripts/configuration/settable-parameters.ts';
import { awsCommandsIn, optionsOf } from '#test/support/aws-commands.ts';
import { entriesOf, unquoted } from '#test/support/hcl.ts';
import { blocksOf, fileText, namesIn, proseOf, tableOf } from '#test/support/pages.ts';
import { flagsCreated, functions, localOf, queues, tables } from '#test/support/terraform.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const INDEX = 'docs/runbooks/README.md';
const PAGES = globSync('docs/runbooks/*.md', { cwd: ROOT })
  .filter((page) => page !== INDEX)
  .sort();
const SOURCE = globSync('{handlers,lib,middleware}/**/*.ts', { cwd: ROOT })
  .map(fileText)
  .join('\n');

const alarms = new Map(
  [...entriesOf(localOf('alarms'))].map(([name, alarm]) => [
    name,
    unquoted(entriesOf(alarm).get('severity') ?? ''),
  ]),
);
const pushes = tableOf(INDEX, 'push', 'severity', 'runbook');
const situations = tableOf(INDEX, 'situation', 'runbook');

/** What the local AWS does not have, and what needs a stage. */
const ONLY_IN_AWS =
  /aws (?:cloudwatch|service-quotas|ce|s3api|sqs start-message-move-task|lambda get-account-settings|dynamodb (?:restore-table|describe-continuous|update-continuous|list-backups|.*-restored))|aws scheduler get-schedule --group-name default|make (?:plan|deploy|rollback|releases) STAGE=|scripts\/terraform\.sh|-restored\b|vendedlogs/;

/** The page that a cell links to. */
const linkIn = (cell = '') => /\]\(([^)]+)\)/.exec(cell)?.[1];

/** The commands of a page: its blocks, and the commands of make in its text. */
const commandsOf = (page: string) =>
  [
    ...blocksOf(page, 'sh'),
    ...namesIn(proseOf(page)).filter((text) => /^make .*STAGE=/.test(text)),
  ].join('\n');

const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

describe('the list of the runbooks', () => {
  it('has every alarm, with its severity and the page of its name', () => {
    const listed = tableOf(INDEX, 'alarm', 'severity', 'runbook').map((row) => [
      namesIn(row.alarm)[0],
      { severity: row.severity, page: linkIn(row.runbook) },
    ]);

    expect(Object.fromEntries(listed)).toEqual(
      Object.fromEntries(
        [...alarms].map(([name, severity]) => [name, { severity, page: `${name}.md` }]),
      ),
    );
  });

  it('has every page, for an alarm, a push or a situation', () => {
    const known = [
      ...[...alarms.keys()].map((name) => `${name}.md`),
      ...[...pushes, ...situations].map((row) => linkIn(row.runbook)),
    ];

    expect(PAGES.map((page) => basename(page))).toEqual([...new Set(known)].sort());
  });

  it('has the page of every runbook that a push of the code names', () => {
    const named = matches(SOURCE, /Runbook: ([a-z-]+)/g);

    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !PAGES.includes(`docs/runbooks/${name}.md`))).toEqual([]);
  });

  it('quotes only titles of pushes that the code creates', () => {
    const titles = pushes.flatMap((row) => namesIn(row.push));

    const parts = titles.flatMap((title) => title.split('…').filter((part) => part.trim() !== ''));
    expect(parts).not.toEqual([]);
    expect(parts.filter((part) => !SOURCE.includes(part))).toEqual([]);
  });
});

describe.each(PAGES)('%s', (page) => {
  it('has the name of its file as title, and the four sections', () => {
    expect(matches(proseOf(page), /^(#+ .+)$/gm)).toEqual([
      `# ${basename(page, '.md')}`,
      '## What it means',
      '## How to be sure',
      '## What to do',
      '## How to know that it is over',
    ]);
  });

  it('says with a command how to be sure', () => {
    const [, section = ''] = fileText(page).split(/^## (?:How to be sure|What to do)$/m);

    expect(section).toContain('[Prepare the shell](README.md#before-you-start)');
    expect(section).toContain('```sh\n');
  });
});

describe.each([INDEX, ...PAGES])('the commands of %s', (page) => {
  const commands = commandsOf(page);

  it('name only functions, tables, queues and alarms that Terraform creates', () => {
    const known = [
      ...functions(),
      ...tables().map(({ name }) => name),
      ...[...queues().map(({ name }) => name), 'schedules'].flatMap((name) => [
        name,
        `${name}-dlq`,
      ]),
      ...alarms.keys(),
      'alerts-critical',
      // The access log of the gateway.
      'api',
      '$1',
      '$F',
    ];

    const text = `${commands}\n${proseOf(page)}`;
    const named = matches(text, /\brez-agent-([\w$-]+)-prod\b/g);

    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('name only indexes, parameters, flags and secrets that exist', () => {
    const indexes = tables().flatMap((table) => [...table.indexes.keys()]);
    const parameters = [...SETTABLE_NAMES, ...[...flagsCreated()].map((flag) => `flags/${flag}`)];
    const secrets = matches(commands, /make secret NAME=(\S+)/g);

    const unknown = [
      ...matches(commands, /--index-name (\S+)/g).filter((name) => !indexes.includes(name)),
      ...matches(commands, /--name \/rez-agent\/prod\/(\S+)/g).filter(
        (name) => !parameters.includes(name),
      ),
      ...matches(commands, /make set NAME=(\S+)/g).filter((name) => !parameters.includes(name)),
      ...secrets.filter((name) => !isSecretName(name.replace('<endpoint>', 'endpoint'))),
    ];
    expect(unknown).toEqual([]);
  });

  it('give make only variables that the project reads, and always a stage', () => {
    const makes = matches(commands, /\bmake (?:-s )?([a-z]+ ?[^\n|)]*)/g);
    const known = fileText('Makefile') + globSync('scripts/*.ts', { cwd: ROOT }).map(fileText);

    const variables = makes.flatMap((line) => matches(line, /\b([A-Z]+)=/g));
    expect(variables.filter((name) => !new RegExp(`\\b${name}\\b`).test(known))).toEqual([]);
    expect(makes.filter((line) => !line.includes('STAGE=prod'))).toEqual([]);
  });

  it('call only operations of the API', () => {
    const paths = matches(fileText('docs/api/openapi.yaml'), /^ {2}\/api(\/\S+):$/gm).map(
      (path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    );

    const called = matches(commands, /"\$API(\/[^"?]*)/g);

    expect(called.filter((path) => !paths.some((known) => known.test(path)))).toEqual([]);
  });

  it('can be parsed by the shell', () => {
    // `<endpoint>` stands for a name, and would be a redirection.
    const script = commands.replaceAll(/<(\w+)>/g, '$1');

    expect(() => execFileSync('bash', ['-n'], { input: script, stdio: 'pipe' })).not.toThrow();
  });

  it('are marked if the local AWS cannot run them, and only then', () => {
    const blocks = blocksOf(page, 'sh').map((block) => block.replaceAll(/^ +/gm, ''));
    const marked = blocks.filter((block) => block.startsWith('# only in AWS\n'));

    expect(marked).toEqual(blocks.filter((block) => ONLY_IN_AWS.test(block)));
  });

  it('use only operations and options that the SDK of AWS has', () => {
    // The project does not use these services, so their clients are not installed.
    const found = awsCommandsIn(commands).filter(
      ({ service }) => service !== 'service-quotas' && service !== 'ce',
    );

    const unknown = found.flatMap((command) => {
      const options = optionsOf(command);
      const { service, operation } = command;
      if (options === undefined) return [`${service} ${operation}`];
      return command.options
        .filter((option) => !options.has(option.replaceAll('-', '')))
        .map((option) => `${service} ${operation} --${option}`);
    });
    expect(unknown).toEqual([]);
  });

  it('search the logs only of functions, and only for sentences that the code logs', () => {
    const OF_LAMBDA = ['Task timed out', 'Runtime exited', 'duration_ms'];
    const searched = [...commands.matchAll(/log_lines "?([\w$-]+)"? (?:'"([^"]+)"')?/g)];

    const names = searched.map(([, name = '']) => name).filter((name) => name !== '$F');
    const sentences = searched.flatMap(([, , sentence]) => (sentence ? [sentence] : []));

    expect(names.filter((name) => !functions().includes(name))).toEqual([]);
    expect(
      sentences.filter((one) => !OF_LAMBDA.includes(one) && !SOURCE.includes(`'${one}'`)),
    ).toEqual([]);
  });
});
