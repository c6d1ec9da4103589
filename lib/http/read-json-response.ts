import * as z from 'zod/mini';
import { AppError } from '#lib/platform/errors.ts';
import { scanJson } from '#lib/platform/json.ts';
import { problemsOf } from '#lib/platform/problems.ts';
import type { HttpResponse } from './response.ts';

const MAX_DEPTH = 20;
const MAX_MEMBERS = 50_000;
const MAX_SHOWN_PROBLEMS = 3;

/**
 * The body of a service's response, parsed with the schema of what we use of it.
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE` that contains no part of the body
 */
export const readJsonResponse = <Body>(
  { headers, body }: HttpResponse,
  schema: z.ZodMiniType<Body>,
): Body => {
  const type = headers['content-type'] ?? '';
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) {
    throw unreadableError('the response of the service is not JSON');
  }
  if (/\bcharset\s*=\s*"?(?!utf-?8\b)/i.test(type)) {
    throw unreadableError('the response of the service is not UTF-8');
  }
  const [problem] = scanJson(body, { maxDepth: MAX_DEPTH, maxMembers: MAX_MEMBERS });
  if (problem !== undefined) {
    throw unreadableError(`the response of the service ${problem.problem}`);
  }
  const parsed = z.safeParse(schema, parse(body));
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error)
    .slice(0, MAX_SHOWN_PROBLEMS)
    .map((one) => `${one.path} ${one.problem}`.trim());
  throw unreadableError(`the response of the service is not as expected: ${problems.join('; ')}`);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadableError('the response of the service is not complete JSON');
  }
};

const unreadableError = (message: string) =>
  new AppError('unavailable', 'UNREADABLE_RESPONSE', message);
