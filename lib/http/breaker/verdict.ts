import { AppError } from '#lib/platform/errors.ts';
import type { Verdict } from './breaker-rules.ts';

/** What a response says about the service, unless the caller of the breaker knows better. */
export const verdictOfStatus = (status: number): Verdict => {
  if (status >= 200 && status < 300) return 'success';
  if (status >= 500) return 'failure';
  if (status === 429) return 'throttled';
  return status === 401 || status === 403 ? 'credentials' : 'neutral';
};

const AGAINST_THE_SERVICE: readonly string[] = ['HTTP_TIMEOUT', 'HTTP_CONNECTION'];

/** What a try without a response says. A try that our deadline or a bug ended says nothing about the service. */
export const verdictOfError = (error: unknown): Verdict =>
  error instanceof AppError && AGAINST_THE_SERVICE.includes(error.code) ? 'failure' : 'neutral';
