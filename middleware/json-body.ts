import { isUtf8 } from 'node:buffer';
import type middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { scanJson } from '#lib/platform/json.ts';

/** The context of the handlers after this middleware. */
export interface JsonBodyContext extends Context {
  /** The parsed body of the request; `undefined` when the operation has no body. */
  body: unknown;
}

/** Whether an operation has a body. An optional body that is missing is `undefined`. */
export type BodyRequirement = 'none' | 'optional' | 'required';

export interface JsonBodyOptions<Before extends Context> {
  /** Whether the operation of the request has a body. With `none`, a body is ignored. */
  expected: (context: Before) => BodyRequirement | Promise<BodyRequirement>;
}

/** The size of the decoded body. Bytes. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * Parses the JSON body of a request strictly: at most 256 KB of valid UTF-8, a depth of at most 20, and nothing that
 * parsing would change silently. The error names every place with a problem; for a text that is not JSON, the first one.
 *
 * The errors, all AppError `invalid`: `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `VALIDATION_ERROR`.
 */
export const jsonBody = <Before extends Context>({
  expected,
}: JsonBodyOptions<Before>): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  Before & JsonBodyContext
> => {
  const parser = httpJsonBodyParser<APIGatewayProxyEventV2>();

  return {
    before: async (request) => {
      const { context, event } = request;
      context.body = undefined;
      const wanted = await expected(context);
      if (wanted === 'none' || (wanted === 'optional' && !event.body)) return;
      if (!event.body) throw bodyError([problemOfBody('is required')]);
      if (!isJson(event)) throw mediaTypeError('send application/json in UTF-8');
      if (isEncoded(event)) throw mediaTypeError('send the body without Content-Encoding');
      const body = textOf(event.body, event);
      const problems = scanJson(body);
      if (problems.length > 0) throw bodyError(await problemsOfText(body, problems));
      const parsing = { ...request, event: { ...event, body, isBase64Encoded: false } };
      try {
        await parser.before?.(parsing);
      } catch {
        throw bodyError(await problemsOfText(body, [problemOfBody('is not valid JSON')]));
      }
      context.body = parsing.event.body;
    },
  };
};

/** For a text that is not JSON, only that problem, because the results of the scan may be wrong. */
const problemsOfText = async (text: string, found: Problem[]): Promise<Problem[]> => {
  const { jsonProblem } = await import('#lib/platform/json-problem.ts');
  const problem = jsonProblem(text);
  return problem === undefined ? found : [problemOfBody(problem)];
};

const textOf = (
  body: string,
  { isBase64Encoded }: Pick<APIGatewayProxyEventV2, 'isBase64Encoded'>,
): string => {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new AppError('invalid', 'PAYLOAD_TOO_LARGE', 'the body is larger than 256 KB');
  }
  if (UTF_16_OR_32.test(bytes.toString('latin1', 0, 16))) {
    throw bodyError([
      problemOfBody('is UTF-16 or UTF-32, but must be UTF-8 without a byte order mark'),
    ]);
  }
  if (!isUtf8(bytes))
    throw bodyError([problemOfBody('must be UTF-8, but contains bytes that are not')]);
  return isBase64Encoded ? bytes.toString() : body;
};

/**
 * The first bytes of a text in UTF-16 or UTF-32: a byte order mark, or a zero byte beside the first character. A gateway
 * may have replaced each byte of the mark with U+FFFD. No JSON text in UTF-8 begins like this.
 */
const UTF_16_OR_32 = /^(?:\xff\xfe|\xfe\xff|(?:\xef\xbf\xbd){0,2}.?\0)/s;

/** Without a charset, JSON is UTF-8. Source: RFC 8259, sections 8.1 and 11. */
const JSON_IN_UTF8 = /^application\/json(?:\s*;\s*charset=(?:utf-?8|"utf-?8"))?\s*$/i;

/** The parser itself accepts any `application/…+json` and any charset. */
const isJson = ({ headers }: APIGatewayProxyEventV2): boolean =>
  JSON_IN_UTF8.test(headers['content-type'] ?? '');

/** The API does not support `Content-Encoding`. Source: RFC 9110, 15.5.16. */
const isEncoded = ({ headers }: APIGatewayProxyEventV2): boolean =>
  !/^(?:identity)?$/i.test(headers['content-encoding']?.trim() ?? '');

const mediaTypeError = (message: string) =>
  new AppError('invalid', 'UNSUPPORTED_MEDIA_TYPE', message);

const problemOfBody = (problem: string): Problem => ({ path: '', problem });

const bodyError = (details: Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the body is not valid', { details });
