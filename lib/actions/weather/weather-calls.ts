import * as z from 'zod/mini';
import type { ActionContext } from '#lib/actions/action.ts';
import { readJsonResponse } from '#lib/http/read-json-response.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { AppError } from '#lib/platform/errors.ts';
import { cleanLine, shortened } from '#lib/platform/text.ts';
import { weatherServiceOf } from './weather-service.ts';
import { contactOf } from './weather-settings.ts';

/** What the service has under a path: a document, or a problem. */
export type WeatherResponse<Document> =
  | { document: Document }
  /** `type` is the name of the problem, such as `InvalidPoint`; `reason` is for people. */
  | { document: undefined; problem: { type: string; reason: string } };

const text = z.optional(z.nullable(z.string()));
/** Source: RFC 9457. */
const ProblemDocument = z.object({ type: text, title: text, detail: text });

const MAX_REASON = 200;

/**
 * Gets a document of the weather service. A document that `read` cannot use counts as a failure of the service.
 * @param read is called several times
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` without a contact, which the service requires
 * @throws AppError `unavailable` as `ActionContext.call` and `read`
 */
export const getFromWeather = async <Document>(
  path: string,
  read: (response: HttpResponse) => Document,
  { configuration, call }: Pick<ActionContext, 'configuration' | 'call'>,
): Promise<WeatherResponse<Document>> => {
  const errorOf = (response: HttpResponse): AppError | undefined =>
    response.status === 200 ? errorIn(() => read(response)) : undefined;

  const response = await call(weatherServiceOf(configuration), {
    method: 'GET',
    path,
    headers: {
      'User-Agent': `rez-agent (${contactOf(configuration)})`,
      Accept: 'application/geo+json',
    },
    repeatable: true,
    expects: 'json',
    judge: (response) => (errorOf(response) === undefined ? undefined : 'failure'),
    responseError: errorOf,
  });
  if (response.status < 400) return { document: read(response) };
  return { document: undefined, problem: problemOf(response) };
};

/** The error for a request that the service refuses. */
export const refusedByWeatherError = (reason: string): AppError =>
  new AppError('invalid', 'REFUSED_BY_PROVIDER', `the weather service refused: ${reason}`);

const problemOf = (response: HttpResponse): { type: string; reason: string } => {
  let document: z.output<typeof ProblemDocument> = {};
  // A response without a readable document still has its status.
  errorIn(() => {
    document = readJsonResponse(response, ProblemDocument);
  });
  const { type, title, detail } = document;
  const reason = [detail, title].map((one) => cleanLine(one ?? '')).find((one) => one !== '');
  return {
    type: (type ?? '').replace(/^.*\//s, ''),
    reason: shortened(reason ?? `status ${response.status}`, MAX_REASON),
  };
};

const errorIn = (work: () => unknown): AppError | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
};
