import * as z from 'zod/mini';
import type { Course } from '#lib/actions/courses.ts';
import { readJsonResponse } from '#lib/http/read-json-response.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { AppError } from '#lib/platform/errors.ts';
import { redact } from '#lib/platform/redact.ts';
import { cleanLine, shortened } from '#lib/platform/text.ts';

const MAX_REASON_CHARS = 200;

/** The properties in which a site states its reason, the most useful first. */
const REASONS = ['error', 'errors', 'messageDetail', 'message', 'messageTitle', 'title'] as const;

/** The reasons that say nothing to a person, and what they mean. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/not able to book this tee time currently/i, 'tee times of that day are not yet released'],
  [
    /request header|cannot be null/i,
    'website_id, site_id, terminal_id or client_id of the course is probably wrong (parameter courses)',
  ],
];

/**
 * The JSON body of an answer with 200.
 * @throws AppError `invalid` / `REFUSED_BY_PROVIDER` for a 4xx, with the reason that the site states
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE` for anything else
 */
export const readGolfAnswer = (response: HttpResponse, course: Course): unknown => {
  const { status } = response;
  if (status === 200) return readJsonResponse(response, z.unknown());
  if (status >= 400) throw golfRefusedError(course, jsonOrNothing(response));
  throw unreadableAnswerError(course, ` (${status})`);
};

/**
 * The body of an answer with 200, parsed with the schema of what we use of it.
 * @throws AppError as `readGolfAnswer`, and `invalid` / `REFUSED_BY_PROVIDER` for a body that states a reason instead
 */
export const parseGolfAnswer = <Body>(
  response: HttpResponse,
  course: Course,
  schema: z.ZodMiniType<Body>,
): Body => {
  const answer = readGolfAnswer(response, course);
  const parsed = z.safeParse(schema, answer);
  if (parsed.success) return parsed.data;
  if (statedReason(answer) !== undefined) throw golfRefusedError(course, answer);
  return readJsonResponse(response, schema);
};

/** The error for an answer that does not make sense. */
export const unreadableAnswerError = ({ title }: Course, detail = ''): AppError =>
  new AppError(
    'unavailable',
    'UNREADABLE_RESPONSE',
    `the answer of the reservation site of ${title} is not as expected${detail}`,
  );

/** The error for a request that a site refuses. The reason is taken from the body, and cleaned. */
export const golfRefusedError = ({ title, link }: Course, body: unknown): AppError => {
  const reason = statedReason(body);
  const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(reason ?? '')) ?? [];
  const stated = reason === undefined ? ' without a reason' : `: "${reason}"`;
  const message = `the reservation site of ${title} refused the request${stated}`;
  const explained = meaning === undefined ? message : `${message}, which means that ${meaning}`;
  return new AppError('invalid', 'REFUSED_BY_PROVIDER', `${explained} (see ${link})`);
};

/** The error for an answer in the form of the other generation. */
export const otherGenerationError = ({ name, generation }: Course): AppError => {
  const other = generation === 'classic' ? 'registered' : 'classic';
  return new AppError(
    'unavailable',
    'CONFIG_UNAVAILABLE',
    `the site of ${name} answers as generation ${other}: correct the course in parameter courses`,
    { retryable: false },
  );
};

const jsonOrNothing = (response: HttpResponse): unknown => {
  try {
    return readJsonResponse(response, z.unknown());
  } catch {
    return undefined;
  }
};

/** The first text of a body that states a reason, in one line without markup. */
export const statedReason = (body: unknown): string | undefined => {
  if (typeof body === 'string') {
    const text = cleanLine(body.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ');
    return shortened(String(redact(text)).trim(), MAX_REASON_CHARS) || undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const inner = Array.isArray(body)
    ? body
    : REASONS.map((name) => (body as Record<string, unknown>)[name]);
  for (const one of inner) {
    const reason = statedReason(one);
    if (reason !== undefined) return reason;
  }
  return undefined;
};
