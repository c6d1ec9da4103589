import * as z from 'zod/mini';
import { readParameter, ServiceOrigin } from '#lib/actions/services.ts';
import { ENDPOINT_NAME } from '#lib/config/endpoint-name.ts';
import { type Authentication, AuthenticationSchema } from '#lib/credentials/authentication.ts';
import type { Service } from '#lib/http/service.ts';
import { AppError } from '#lib/platform/errors.ts';
import { VisibleText } from '#lib/platform/text.ts';
import { EndpointHeaders, headerNameProblem } from './endpoint-headers.ts';
import { EndpointInput } from './endpoint-input.ts';
import { isPathTemplate, namesInPath } from './path-template.ts';

/** The name of an endpoint. Its service is `http-<name>`, and its secret `http/<name>`. */
export const EndpointName = z
  .string()
  .check(
    z.regex(
      ENDPOINT_NAME,
      'must be 1 to 40 lower-case letters, digits and hyphens, such as kitchen-light',
    ),
  );

const [none, password, bearer, apiKey, basic] = AuthenticationSchema.def.options;

/** The kinds of `AuthenticationSchema`. A definition cannot name a secret, so that it gets no other secret than its own. */
const EndpointAuthentication = z.discriminatedUnion(
  'type',
  [
    none,
    z.omit(bearer, { secret: true }),
    z.omit(apiKey, { secret: true }),
    z.omit(basic, { secret: true }),
    z.omit(password, { secret: true, keys_path: true }),
  ],
  'must be none, bearer, api_key, basic or oauth_password',
);

const EFFECTS = {
  error: ({ input }: { input?: unknown }) =>
    input === 'irreversible'
      ? 'must not be irreversible: nothing can check whether such a call was carried out, and a call may be repeated'
      : 'must be read or reversible',
};

/** The parameter `endpoints/<name>`. */
export const EndpointSchema = z
  .strictObject({
    title: VisibleText.check(z.maxLength(100), z.regex(/^\P{Cc}*$/u, 'must be one line')),
    description: VisibleText.check(z.maxLength(1_000)),
    origin: ServiceOrigin,
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
    /** A segment in braces is a value of `input.properties.path`: `/lights/{room}`. */
    path: z
      .string()
      .check(
        z.refine(isPathTemplate, 'must be a path with whole segments, such as /lights/{room}'),
      ),
    auth: EndpointAuthentication,
    effect: z.enum(['read', 'reversible'], EFFECTS),
    headers: z.optional(EndpointHeaders),
    input: EndpointInput,
    /** The timeout of one try. Milliseconds. */
    timeout_ms: z.int().check(z.minimum(1_000), z.maximum(30_000)),
    /** Whether only a person's own post may call it. */
    approval: z._default(z.boolean(), false),
  })
  .check(({ value, issues }) => {
    const report = (message: string, ...path: string[]) =>
      issues.push({ code: 'custom', input: undefined, path, message });
    const { auth, method, path, input } = value;
    const names = namesInPath(path);
    const properties = Object.keys(input.properties.path?.properties ?? {});
    if (!isSameSet(names, properties)) {
      report('must have exactly the names of input.properties.path in braces, each once', 'path');
    }
    if (input.properties.body !== undefined && (method === 'GET' || method === 'DELETE')) {
      report(`is not possible with ${method}`, 'input', 'properties', 'body');
    }
    const problem = auth.type === 'api_key' ? headerNameProblem(auth.header) : undefined;
    if (problem !== undefined) report(problem, 'auth', 'header');
  });

type EndpointDefinition = z.output<typeof EndpointSchema>;

/** An endpoint that an operator configured. */
export interface Endpoint extends Omit<EndpointDefinition, 'auth' | 'origin'> {
  name: string;
  service: Service;
  authentication: Authentication;
}

/**
 * Parses the definition of an endpoint.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` that names the parameter and every problem
 */
export const parseEndpoint = (name: string, text: string): Endpoint => {
  const parameter = `endpoints/${name}`;
  const definition = readParameter(parameter, text, EndpointSchema);
  if (definition === undefined || !z.safeParse(EndpointName, name).success) {
    throw new AppError(
      'unavailable',
      'CONFIG_UNAVAILABLE',
      `parameter ${parameter} has a bad name`,
    );
  }
  const { auth, origin, ...rest } = definition;
  return {
    ...rest,
    name,
    service: { name: `http-${name}`, origin },
    authentication: auth.type === 'none' ? auth : { ...auth, secret: `http/${name}` },
  };
};

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set([...a, ...b]).size === a.length;
