import * as z from 'zod/mini';
import { CourseName } from '#lib/actions/courses.ts';
import { DayTime, PlayerCount } from '#lib/actions/golf/golf-fields.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import type { QuotaLimits } from '#lib/effects/quota-keys.ts';

export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

/** The quotas of the operations whose effects are counted, by name. */
export const DEFAULT_QUOTAS: Readonly<Record<string, Required<QuotaLimits>>> = {
  'golf.book_tee_time': { perDay: 1, perWeek: 3 },
};

const MAX_RULES = 50;
const MAX_PER_PERIOD = 1_000;

const nonEmpty = z.minLength(1, 'must not be empty: leave it out for no limit');

/** What needs no yes. A call must be within every limit that a rule has. */
const Rule = z
  .strictObject({
    /** Who began the run, exactly. */
    requested_by: z
      .string()
      .check(
        z.regex(
          /^(?:scheduler|(?:user|agent|mcp):[^*\p{Cc}]{1,200})$/u,
          'must be scheduler, user:<name>, agent:<name> or mcp:<name>, exactly and without *',
        ),
      ),
    courses: z.optional(z.array(CourseName).check(nonEmpty)),
    /** Of the local day of the effect. */
    weekdays: z.optional(
      z
        .array(z.enum(WEEKDAYS, { error: 'must be a day in English, such as saturday' }))
        .check(nonEmpty),
    ),
    /** The local time of the effect. Both are included. */
    from: z.optional(DayTime),
    to: z.optional(DayTime),
    max_total_cents: z.optional(z.int().check(z.nonnegative())),
    max_players: z.optional(PlayerCount),
  })
  .check(
    z.refine(({ from = '00:00', to = '23:59' }) => from <= to, {
      error: 'must not be before from',
      path: ['to'],
    }),
  );
export type PolicyRule = z.output<typeof Rule>;

const auto_approve = z.optional(z.array(Rule).check(z.maxLength(MAX_RULES)));
const limit = z.optional(z.int().check(z.nonnegative(), z.maximum(MAX_PER_PERIOD)));

const CountedPolicy = z.strictObject({ auto_approve, max_per_day: limit, max_per_week: limit });
/** A limit of something that nothing counts would have no effect, so it is refused. */
const UncountedPolicy = z.strictObject({ auto_approve });

/** What the policy says about one operation. */
export type OperationPolicy = z.output<typeof CountedPolicy>;

/** The parameter `policy`: what needs no yes, and how often it may happen. By operation, such as `golf.book_tee_time`. */
export type Policy = Readonly<Record<string, OperationPolicy | undefined>>;

/** An operation of the catalogue, as far as a policy is about it. */
export type PolicyOperation = Pick<ActionOperation, 'action' | 'operation' | 'effect'>;

/** Strict: an operation that is not in the catalogue, or that only reads, is refused, because no rule of it would be used. */
export const policySchema = (operations: readonly PolicyOperation[]): z.ZodMiniType<Policy> =>
  z.strictObject(
    Object.fromEntries(
      operations
        .filter(({ effect }) => effect !== 'read')
        .map(policyName)
        .map((name) => [name, z.optional(isCounted(name) ? CountedPolicy : UncountedPolicy)]),
    ),
  );

/** The name of an operation in the policy. */
export const policyName = ({ action, operation }: Omit<PolicyOperation, 'effect'>): string =>
  `${action}.${operation}`;

const isCounted = (name: string): boolean => Object.hasOwn(DEFAULT_QUOTAS, name);
