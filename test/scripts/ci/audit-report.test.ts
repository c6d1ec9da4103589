import { describe, expect, it } from 'vitest';
import { ACCEPTED_FINDINGS } from '#scripts/ci/accepted-findings.ts';
import { auditReport } from '#scripts/ci/audit-report.ts';
import { namesIn, tableOf } from '#test/support/pages.ts';

const output = (
  failed: readonly [check: string, resource: string][],
  { passed = 10, parsing_errors = 0 } = {},
) =>
  JSON.stringify({
    results: {
      failed_checks: failed.map(([check_id, resource]) => ({
        ...{ check_id, check_name: 'a rule', resource },
      })),
    },
    summary: { passed, parsing_errors },
  });

const ACCEPTED = [
  { check: 'A_1', resources: ['aws_lambda_function'], reason: '' },
  { check: 'A_2', resources: ['aws_ssm_parameter.flag'], reason: '' },
];

describe('the audit', () => {
  it('accepts a check for a type of resources, or for one resource, and nothing else', () => {
    const report = auditReport(
      output([
        ['A_1', 'module.app.module.web["x.y"].aws_lambda_function.this'],
        ['A_1', 'module.app.aws_s3_bucket.this'],
        ['A_2', 'module.app.aws_ssm_parameter.flag["dry-run"]'],
        ['A_2', 'module.app.aws_ssm_parameter.ntfy_token'],
        ['A_3', 'module.app.module.web.aws_lambda_function.this'],
      ]),
      ACCEPTED,
    );

    expect(report).toEqual({
      open: [
        'A_1 module.app.aws_s3_bucket.this: a rule',
        'A_2 module.app.aws_ssm_parameter.ntfy_token: a rule',
        'A_3 module.app.module.web.aws_lambda_function.this: a rule',
      ],
      unused: [],
      accepted: 2,
      passed: 10,
    });
  });

  it('names what is accepted although nothing is found', () => {
    expect(auditReport(output([['A_1', 'aws_lambda_function.this']]), ACCEPTED).unused).toEqual([
      'A_2',
    ]);
  });

  it.each([
    { says: 'could not read the plan', summary: { parsing_errors: 1 } },
    { says: 'found no resource', summary: { passed: 0 } },
  ])('fails when checkov $says', ({ summary }) => {
    expect(() => auditReport(output([], summary), [])).toThrow('checkov did not read the plan');
  });

  it('accepts what the page about security lists, for the same reasons', () => {
    const rows = tableOf(
      'docs/architecture/security.md',
      'finding',
      'resources',
      'accepted because',
    );

    expect(
      rows.map((row) => ({
        check: namesIn(row.finding)[0],
        resources: namesIn(row.resources),
        reason: row['accepted because'],
      })),
    ).toEqual(ACCEPTED_FINDINGS);
  });
});
