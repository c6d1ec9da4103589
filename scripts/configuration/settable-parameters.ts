import * as z from 'zod/mini';
import type { ActionConfiguration, ActionParameter } from '#lib/actions/action.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { Courses } from '#lib/actions/courses.ts';
import { EndpointName, EndpointSchema } from '#lib/actions/http/endpoint.ts';
import { ServiceOrigins } from '#lib/actions/services.ts';
import { contactOf, homeOf } from '#lib/actions/weather/weather-settings.ts';
import { policySchema } from '#lib/approvals/policy-schema.ts';
import { readNtfyConfig } from '#lib/channels/ntfy-config.ts';
import { McpClients } from '#lib/identity/oauth/mcp-clients.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import { parseJsonValue } from './parse-json-value.ts';

/** A parameter that operators set. */
export interface SettableParameter {
  type: 'String' | 'SecureString';
  /** The problems of a value. Those of a SecureString contain no part of it. */
  problemsOf: (text: string, isLocal: boolean) => readonly Problem[];
}

const EXAMPLE_URL = 'https://ntfy.example/topic';
/** Loopback addresses, which only the local platform may use. */
const LOCAL_ORIGIN = /^http:\/\/(?:127\.0\.0\.1|localhost)(?::\d{1,5})?(?=\/)/;

/** The problem with which the code that uses the value refuses it. */
const refusalOf = (use: () => unknown): Problem[] => {
  try {
    use();
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // After the semicolon, the message says how to set the parameter.
    return [{ path: '', problem: error.message.replace(/;.*$/, '') }];
  }
};

const NOT_SET = { contact: undefined, home: undefined, courses: undefined, services: undefined };

const setting = (
  name: ActionParameter,
  use: (configuration: Pick<ActionConfiguration, 'parameters'>) => unknown,
): SettableParameter => ({
  type: 'String',
  problemsOf: (value) => refusalOf(() => use({ parameters: { ...NOT_SET, [name]: value } })),
});

const json = (schema: z.ZodMiniType): SettableParameter => ({
  type: 'String',
  problemsOf: (value) => {
    const parsed = parseJsonValue(value);
    if ('problems' in parsed) return parsed.problems;
    const { error } = z.safeParse(schema, parsed.value);
    return error === undefined ? [] : problemsOf(error);
  },
});

const ntfy = (
  parametersOf: (value: string) => { url: string; token: string },
): SettableParameter => ({
  type: 'SecureString',
  problemsOf: (value, isLocal) => {
    const parameters = parametersOf(value);
    const local = isLocal ? (LOCAL_ORIGIN.exec(parameters.url) ?? []) : [];
    return refusalOf(() => readNtfyConfig(parameters, local));
  },
});

/** Every parameter that `make set` writes, by its name. `endpoints/<name>` stands for all endpoints. */
const PARAMETERS: Readonly<Record<string, SettableParameter>> = {
  contact: setting('contact', contactOf),
  courses: json(Courses),
  'endpoints/<name>': json(EndpointSchema),
  home: setting('home', homeOf),
  'mcp-clients': json(McpClients),
  'ntfy-token': ntfy((token) => ({ url: EXAMPLE_URL, token })),
  'ntfy-url': ntfy((url) => ({ url, token: 'none' })),
  policy: json(policySchema(OPERATIONS)),
  services: json(ServiceOrigins),
};

/** @returns `undefined` for a name that the platform does not know */
export const settableParameter = (name: string): SettableParameter | undefined => {
  const [folder, endpoint] = name.split('/', 2);
  const isEndpoint = folder === 'endpoints' && z.safeParse(EndpointName, endpoint).success;
  if (isEndpoint && name === `endpoints/${endpoint}`) return PARAMETERS['endpoints/<name>'];
  return Object.hasOwn(PARAMETERS, name) && !name.includes('<') ? PARAMETERS[name] : undefined;
};

export const SETTABLE_NAMES: readonly string[] = Object.keys(PARAMETERS);
