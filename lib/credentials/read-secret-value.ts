import * as z from 'zod/mini';
import { secretError } from '#lib/config/secrets.ts';
import { secretProblems } from './secret-values.ts';

/**
 * Parses the value of a secret.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` that names the properties with a problem, and no part of the value
 */
export const readSecretValue = <Schema extends z.ZodMiniType>(
  name: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> => {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  throw secretError(name, `is not valid (${secretProblems(parsed.error).join('; ')})`);
};
