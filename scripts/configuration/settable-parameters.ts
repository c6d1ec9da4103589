import * as z from 'zod/mini';
import { Courses } from '#lib/actions/courses.ts';
import { ServiceOrigins } from '#lib/actions/services.ts';
import { readNtfyConfig } from '#lib/channels/ntfy-config.ts';
import type { Problem } from '#lib/platform/errors.ts';
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

const text = (pattern: RegExp, problem: string): SettableParameter => ({
  type: 'String',
  problemsOf: (value) => (pattern.test(value) ? [] : [{ path: '', problem }]),
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

const ntfy = (parametersOf: (value: string) => { url: string; token: string }) =>
  ({
    type: 'SecureString',
    problemsOf: (value, isLocal) => {
      const parameters = parametersOf(value);
      const local = isLocal ? (LOCAL_ORIGIN.exec(parameters.url) ?? []) : [];
      try {
        readNtfyConfig(parameters, local);
        return [];
      } catch (error) {
        return [{ path: '', problem: (error as Error).message }];
      }
    },
  }) satisfies SettableParameter;

const coordinate = (limit: number) =>
  z.pipe(
    z.string().check(z.regex(/^-?\d{1,3}(?:\.\d{1,10})?$/)),
    z.pipe(z.transform(Number), z.number().check(z.minimum(-limit), z.maximum(limit))),
  );
const Home = z.tuple([coordinate(90), coordinate(180)]);

/** Every parameter that `make set` writes, by its name. `<name>` stands for one name. */
const PARAMETERS: Readonly<Record<string, SettableParameter>> = {
  contact: text(
    /^[\x21-\x27\x2a-\x7e]{3,200}$/,
    'must be an e-mail address or an address of a page, without blanks and parentheses',
  ),
  courses: json(Courses),
  home: {
    type: 'String',
    problemsOf: (value) =>
      z.safeParse(Home, value.split(',')).success
        ? []
        : [{ path: '', problem: 'must be a latitude and a longitude, such as 40.75,-79.65' }],
  },
  'ntfy-token': ntfy((token) => ({ url: EXAMPLE_URL, token })),
  'ntfy-url': ntfy((url) => ({ url, token: 'none' })),
  services: json(ServiceOrigins),
};

/** @returns `undefined` for a name that the platform does not know */
export const settableParameter = (name: string): SettableParameter | undefined =>
  Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;

export const SETTABLE_NAMES: readonly string[] = Object.keys(PARAMETERS);
