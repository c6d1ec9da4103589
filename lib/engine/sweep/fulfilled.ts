import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

/**
 * What of a chunk went well. A bug about one message is one error line and stops no other.
 * @param of what each result belongs to, in the same order
 * @returns `away`: the error of a store that cannot be reached; then there is no use in going on
 */
export const fulfilledOf = <T>(
  results: readonly PromiseSettledResult<T | undefined>[],
  of: readonly { id: string }[],
  log: Pick<Logger, 'error'>,
): { values: T[]; away: AppError | undefined } => {
  const values: T[] = [];
  let away: AppError | undefined;
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') {
      if (result.value !== undefined) values.push(result.value);
    } else if (result.reason instanceof AppError) away = result.reason;
    else
      log.error({ err: result.reason, message_id: of[index]?.id }, 'message left to a later tick');
  }
  return { values, away };
};
