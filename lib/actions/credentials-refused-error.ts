import type { Authentication } from '#lib/credentials/authentication.ts';
import type { Service } from '#lib/http/service.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The error for a response with 401 or 403. */
export const credentialsRefusedError = (
  { name }: Service,
  authentication: Authentication,
  status: number,
): AppError => {
  const advice =
    authentication.type === 'none'
      ? 'it may need authentication'
      : `check the secret ${authentication.secret}, and what it may do`;
  const problem = `${name} refused the request with ${status}: ${advice}`;
  return new AppError('unavailable', 'CREDENTIALS_REFUSED', problem, { retryable: false });
};
