import * as z from 'zod/mini';
import type { Terms } from '#lib/actions/irreversible.ts';
import type { QuotaLimits } from '#lib/effects/quota-keys.ts';
import { AppError } from '#lib/platform/errors.ts';
import { scanJson } from '#lib/platform/json.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import {
  DEFAULT_QUOTAS,
  type Policy,
  type PolicyOperation,
  type PolicyRule,
  policyName,
  policySchema,
  WEEKDAYS,
} from './policy-schema.ts';

/** A call of an operation, as far as a rule of the policy is about it. */
export interface PolicyRequest {
  operation: Omit<PolicyOperation, 'effect'>;
  /** Who began the run, as in the message. */
  requestedBy: string;
  terms: Terms;
}

/**
 * Parses the parameter `policy`.
 * @param operations those of the catalogue
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` with every problem
 */
export const parsePolicy = (text: string, operations: readonly PolicyOperation[]): Policy => {
  const value = parseJson(text);
  if (value === undefined) throw malformedPolicyError(['is not JSON']);
  // A name that is given twice would hide its first value.
  const problems = scanJson(text);
  const parsed = z.safeParse(policySchema(operations), value);
  if (parsed.success && problems.length === 0) return parsed.data;
  const all = parsed.success ? problems : [...problems, ...problemsOf(parsed.error)];
  throw malformedPolicyError(all.map(({ path, problem }) => `${path} ${problem}`.trim()));
};

/** Whether a rule allows a call. A rule does not match if it limits a term that the call lacks. */
export const isAllowed = (
  policy: Policy,
  { operation, requestedBy, terms }: PolicyRequest,
): boolean =>
  policy[policyName(operation)]?.auto_approve?.some(
    (rule) => rule.requested_by === requestedBy && isWithin(terms, rule),
  ) ?? false;

/** How often an operation may be carried out for one owner. Only operations with a default have limits. */
export const quotaLimits = (
  policy: Policy,
  operation: Omit<PolicyOperation, 'effect'>,
): QuotaLimits => {
  const name = policyName(operation);
  const byDefault = DEFAULT_QUOTAS[name];
  if (byDefault === undefined) return {};
  const { max_per_day = byDefault.perDay, max_per_week = byDefault.perWeek } = policy[name] ?? {};
  return { perDay: max_per_day, perWeek: max_per_week };
};

const isWithin = (
  { course, date, time, players, max_total_cents }: Terms,
  { courses, weekdays, from, to, ...rule }: PolicyRule,
): boolean =>
  fits(courses, course, (limit, value) => limit.includes(value)) &&
  fits(weekdays, date, (limit, value) => limit.some((day) => day === weekdayOf(value))) &&
  fits(from, time, (limit, value) => value >= limit) &&
  fits(to, time, (limit, value) => value <= limit) &&
  fits(rule.max_players, players, (limit, value) => value <= limit) &&
  fits(rule.max_total_cents, max_total_cents, (limit, value) => value <= limit);

const fits = <Limit, Value>(
  limit: Limit | undefined,
  value: Value | undefined,
  isInside: (limit: Limit, value: Value) => boolean,
): boolean => limit === undefined || (value !== undefined && isInside(limit, value));

/** @param date yyyy-mm-dd */
const weekdayOf = (date: string) => WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()];

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const malformedPolicyError = (problems: readonly string[]) =>
  new AppError(
    'unavailable',
    'CONFIG_UNAVAILABLE',
    `parameter policy is not valid: ${problems.join('; ')}`,
    { retryable: false },
  );
