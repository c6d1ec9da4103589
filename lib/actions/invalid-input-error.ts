import { AppError, type Problem } from '#lib/platform/errors.ts';

/** The error for an input that does not fit. A path begins with `payload.`, `arguments.` or `auth_config`. */
export const invalidInputError = (details: readonly Problem[]): AppError => {
  const problems = details.map(({ path, problem }) => `${path} ${problem}`).join('; ');
  return new AppError('invalid', 'INVALID_PAYLOAD', `the action is not valid: ${problems}`, {
    details,
  });
};
