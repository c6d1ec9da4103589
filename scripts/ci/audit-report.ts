import * as z from 'zod/mini';
import type { AcceptedFinding } from './accepted-findings.ts';

/** The output of checkov with `-o json`. */
const Report = z.object({
  results: z.object({
    failed_checks: z.array(
      z.object({ check_id: z.string(), check_name: z.string(), resource: z.string() }),
    ),
  }),
  summary: z.object({ passed: z.number(), parsing_errors: z.number() }),
});

export interface AuditReport {
  /** Findings that are not accepted: `check resource: name`. */
  open: readonly string[];
  /** Accepted checks that find nothing any more. */
  unused: readonly string[];
  accepted: number;
  passed: number;
}

/** @throws Error when checkov could not read the plan, or found no resource in it */
export const auditReport = (json: string, accepted: readonly AcceptedFinding[]): AuditReport => {
  const { results, summary } = z.parse(Report, JSON.parse(json));
  if (summary.parsing_errors > 0 || summary.passed === 0) {
    throw new Error('checkov did not read the plan');
  }
  const findings = results.failed_checks.map((finding) => ({
    ...finding,
    acceptedBy: accepted.find(
      ({ check, resources }) =>
        check === finding.check_id && resources.some((one) => isOf(finding.resource, one)),
    ),
  }));
  const open = findings.filter(({ acceptedBy }) => acceptedBy === undefined);
  return {
    open: open.map(
      ({ check_id, check_name, resource }) => `${check_id} ${resource}: ${check_name}`,
    ),
    unused: accepted
      .filter((one) => !findings.some(({ acceptedBy }) => acceptedBy === one))
      .map(({ check }) => check),
    accepted: findings.length - open.length,
    passed: summary.passed,
  };
};

/** Whether the address is of this type, or is this resource of module.app or an instance of it. */
const isOf = (address: string, resource: string) => {
  const parts = address.replaceAll(/\["[^"]*"\]/g, '').split('.');
  return resource.includes('.')
    ? parts.join('.') === `module.app.${resource}`
    : parts.at(-2) === resource;
};
