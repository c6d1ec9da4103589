import type { SystemState } from '#handlers/web/app/api/responses.ts';
import { listText } from '#handlers/web/app/format/list.ts';
import { quantityText } from '#handlers/web/app/format/number.ts';
import { durationText } from '#handlers/web/app/format/time.ts';
import { isSilent } from '#handlers/web/app/system/sweeper.ts';
import { BREAKER_REASONS, CHECK_NAMES, isRefusing } from '#handlers/web/app/system/words.ts';
import type { AttentionKind } from './attention-kind.ts';

const BAD_POLICY =
  'The parameter policy is not valid. The last valid one is used, or nothing that cannot be undone is done.';
const PAGE = { href: '/system', linkText: 'Open the system page' };

/** The dependencies that do not work. ntfy is left out, because its check is its breaker. */
export const failedChecks: AttentionKind = ({ system }) => {
  if (system === undefined) return [];
  const failed = Object.entries(system.health.checks)
    .filter(([name, { status }]) => name !== 'ntfy' && status === 'failed')
    .map(([name]) => name);
  const services = failed.filter((name) => name !== 'policy');
  const names = listText(services.map((name) => CHECK_NAMES[name] ?? name));
  const entry = { tone: 'bad', ...PAGE } as const;
  const verb = services.length === 1 ? 'does' : 'do';
  return [
    ...(services.length === 0
      ? []
      : [{ ...entry, key: 'checks', text: `${names} ${verb} not answer.` }]),
    // Without SSM, the policy cannot be checked.
    ...(failed.includes('policy') && !failed.includes('ssm')
      ? [{ ...entry, key: 'policy', text: BAD_POLICY }]
      : []),
  ];
};

/** A sweeper that has not run for some minutes. */
export const silentSweeper: AttentionKind = ({ system }) => {
  const sweeper = system?.sweeper;
  const entry = { key: 'sweeper', ...PAGE };
  if (sweeper == null) return [];
  if (sweeper.age_seconds === null)
    return [{ ...entry, tone: 'warn', text: 'The sweeper has not run yet.' }];
  if (!isSilent(sweeper)) return [];
  const age = durationText(sweeper.age_seconds * 1_000);
  return [
    { ...entry, tone: 'bad', text: `The sweeper has not run for ${age}. Retries do not happen.` },
  ];
};

/** Each service whose circuit breaker is not closed. */
export const openBreakers: AttentionKind = ({ system }, nowMs) =>
  (system?.breakers ?? [])
    .filter(({ state }) => state !== 'closed')
    .map((breaker) => ({
      ...{ key: `breaker ${breaker.service}`, ...PAGE },
      tone: isRefusing(breaker, nowMs) ? 'bad' : 'warn',
      text: `${breaker.service} ${isRefusing(breaker, nowMs) ? 'is not called' : 'is tried again'}: ${
        breaker.reason === null ? 'calls failed' : BREAKER_REASONS[breaker.reason]
      }.`,
    }));

/** The dead letters of all queues. */
export const deadLetters: AttentionKind = ({ system }) => {
  const queues = (system?.queues ?? []).filter(({ dead_letters }) => (dead_letters ?? 0) > 0);
  if (queues.length === 0) return [];
  const total = queues.reduce((sum, { dead_letters }) => sum + (dead_letters ?? 0), 0);
  const names = listText(queues.map(({ name }) => name));
  return [
    {
      ...{ key: 'dead letters', tone: 'bad', ...PAGE },
      text: `${quantityText(total, 'dead letter')} in ${queues.length === 1 ? 'queue' : 'queues'} ${names}.`,
    },
  ];
};

/** The parameters and secrets that have no value. */
export const missingConfiguration: AttentionKind = ({ system }) => [
  ...missingEntry('parameter', system?.missing_parameters ?? []),
  ...missingEntry('secret', system?.missing_secrets ?? []),
];

const missingEntry = (
  noun: string,
  missing: NonNullable<SystemState['missing_secrets']>,
): ReturnType<AttentionKind> => {
  if (missing.length === 0) return [];
  const names = listText(missing.map(({ name }) => name));
  const needs = [...new Set(missing.map(({ needed_for }) => needed_for))];
  const verb = missing.length === 1 ? 'is' : 'are';
  return [
    {
      ...{ key: `missing ${noun}`, tone: 'warn', href: '/system', linkText: `Set the ${noun}` },
      text: `The ${noun}${missing.length === 1 ? '' : 's'} ${names} ${verb} missing, needed for ${listText(needs)}.`,
    },
  ];
};
