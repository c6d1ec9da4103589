import * as z from 'zod/mini';
import type { Service } from '#lib/http/service.ts';
import { AppError } from '#lib/platform/errors.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import type { ActionConfiguration } from './action.ts';

/** Exactly scheme, host and port. Plain http works only for an origin that the environment lists as local. */
export const ServiceOrigin = z
  .string()
  .check(
    z.regex(
      /^https?:\/\/[a-z0-9.-]{1,253}(:\d{1,5})?$/,
      'must be an origin, such as https://example.org',
    ),
  );

/** The parameter `services`: origins that replace those of the code, by the name of the service. */
export const ServiceOrigins = z.record(
  z.string().check(z.regex(/^[a-z0-9-]{1,64}$/, 'must be the name of a service')),
  ServiceOrigin,
);

/**
 * The service with that name: its public origin, unless the parameter `services` has another one.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the parameter does not parse
 */
export const serviceOf = (
  { name, origin, link }: Service,
  { parameters }: Pick<ActionConfiguration, 'parameters'>,
): Service => {
  const origins = readParameter('services', parameters.services, ServiceOrigins) ?? {};
  return {
    name,
    origin: Object.hasOwn(origins, name) ? (origins[name] ?? origin) : origin,
    ...(link === undefined ? {} : { link }),
  };
};

/**
 * Parses a parameter that contains JSON.
 * @returns `undefined` when there is no such parameter
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` that names the parameter and every problem
 */
export const readParameter = <Value>(
  name: string,
  text: string | undefined,
  schema: z.ZodMiniType<Value>,
): Value | undefined => {
  if (text === undefined) return undefined;
  const parsed = z.safeParse(schema, parseJson(text));
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error).map(({ path, problem }) => `${path} ${problem}`.trim());
  throw new AppError(
    'unavailable',
    'CONFIG_UNAVAILABLE',
    `parameter ${name} is not valid: ${problems.join('; ')}`,
    { retryable: false },
  );
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
