import { entriesOf, unquoted } from '#test/support/hcl.ts';
import { fileText, tableOf } from '#test/support/pages.ts';
import { localOf, textOf } from '#test/support/terraform.ts';
import { code, codes, table } from './markdown.ts';

const DASHBOARD = textOf('modules/app/dashboard.tf');

const metricTable = (): string => {
  const text = fileText('lib/platform/metrics.ts');
  const [, billed = ''] = /DETAILED_ONLY: readonly string\[\] = \[([^\]]*)\]/.exec(text) ?? [];
  return table(
    ['metric', 'unit', 'written'],
    [...text.matchAll(/^ {2}([A-Z]\w+): '(\w+)',$/gm)].map(([, name = '', unit = '']) => [
      code(name),
      unit,
      billed.includes(`'${name}'`) ? 'with `detailed_metrics`' : 'always',
    ]),
  );
};

const alarmTable = (): string =>
  table(
    ['alarm', 'severity', 'means', 'exists', 'runbook'],
    [...entriesOf(localOf('alarms'))].map(([name, expression]) => {
      const alarm = entriesOf(expression);
      const textIn = (attribute: string) => unquoted(alarm.get(attribute) ?? '');
      return [
        code(name),
        textIn('severity'),
        textIn('description'),
        alarm.has('extra') ? 'with `extra_alarms`' : 'always',
        `[${name}](../runbooks/${name}.md)`,
      ];
    }),
  );

const queryBlocks = (): string =>
  [...DASHBOARD.matchAll(/^ {4}([\w-]+) +=? ?= <<-EOT\n([\s\S]*?)^ {4}EOT$/gm)]
    .map(
      ([, name = '', query = '']) =>
        `${code(name)}:\n\n\`\`\`text\n${query.replace(/^ {6}/gm, '')}\`\`\``,
    )
    .join('\n\n');

const widgets = (): string[] =>
  [...DASHBOARD.matchAll(/\btitle += "([^"$]+)"/g)].map(([, title = '']) => title);

const objectiveTable = (): string =>
  table(
    ['objective', 'target', 'window'],
    tableOf('docs/operations/objectives.md', 'objective', 'target').map((row) => [
      row.objective ?? '',
      row.target ?? '',
      row.window ?? '',
    ]),
  );

const costTable = (): string => {
  const rows = tableOf('docs/operations/cost.md', 'US dollars', 'fixed');
  return table(
    Object.keys(rows[0] ?? {}),
    rows
      .filter((row) => ['**in total**', 'gate'].includes(row['US dollars'] ?? ''))
      .map((row) => Object.values(row)),
  );
};

/** Metrics, alarms, queries, objectives and cost. */
export const watchingPart = (): string => `## Metrics

Namespace \`RezAgent\`, dimension \`Stage\`.

${metricTable()}

## Alarms

Named \`rez-agent-<alarm>-<stage>\`.

${alarmTable()}

## Graphs of the dashboard

\`rez-agent-<stage>-overview\`: ${widgets().join('; ')}.

## Saved queries

In Logs Insights, below \`rez-agent-<stage>/\`.

${queryBlocks()}

## Objectives

${objectiveTable()}

[objectives.md](../operations/objectives.md) has how each is measured.

## Cost

${costTable()}

[cost.md](../operations/cost.md) has the parts of it. These settings of a stage change it: ${codes(['features.tracing', 'features.extra_alarms', 'detailed_metrics'])}.`;
