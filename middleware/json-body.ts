import { isUtf8 } from 'node:buffer';
import type middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { scanJson } from '#lib/platform/json.ts';

/** What handlers after this middleware find on their context. */
export interface JsonBodyContext extends Context {
  /** The request's body, parsed; `undefined` where the operation takes none. */
  body: unknown;
}

/** An optional body may be left out whole: then it is `undefined`. */
export type Expected = 'none' | 'optional' | 'required';

export interface JsonBodyOptions<Before extends Context> {
  /** Whether this request's operation takes a body; where it takes none, a body is not looked at. */
  expected: (context: Before) => Expected | Promise<Expected>;
}

/** Bytes of the body itself, after base64. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * The JSON body of a request, read strictly: at most 256 KB of real UTF-8, at most 20 deep, and nothing in it that
 * parsing would change in silence. The error names every place.
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
      if (!event.body) throw refused([whole('is required')]);
      if (!isJson(event)) throw mediaType('send application/json in UTF-8');
      if (isEncoded(event)) throw mediaType('send the body as it is, without Content-Encoding');
      const body = textOf(event.body, event);
      const problems = scanJson(body);
      if (problems.length > 0) throw refused(problems);
      const parsing = { ...request, event: { ...event, body, isBase64Encoded: false } };
      try {
        await parser.before?.(parsing);
      } catch {
        throw refused([whole('is not valid JSON')]);
      }
      context.body = parsing.event.body;
    },
  };
};

const textOf = (
  body: string,
  { isBase64Encoded }: Pick<APIGatewayProxyEventV2, 'isBase64Encoded'>,
): string => {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new AppError('invalid', 'PAYLOAD_TOO_LARGE', 'the body is larger than 256 KB');
  }
  if (!isUtf8(bytes)) throw refused([whole('is not valid UTF-8')]);
  return isBase64Encoded ? bytes.toString() : body;
};

/** JSON that does not say how it is written is UTF-8. Source: RFC 8259, sections 8.1 and 11. */
const JSON_IN_UTF8 = /^application\/json(?:\s*;\s*charset=(?:utf-?8|"utf-?8"))?\s*$/i;

/** The parser alone would take any `application/…+json` and any charset. */
const isJson = ({ headers }: APIGatewayProxyEventV2): boolean =>
  JSON_IN_UTF8.test(headers['content-type'] ?? '');

/** Nobody decodes what is packed. Source: RFC 9110, 15.5.16. */
const isEncoded = ({ headers }: APIGatewayProxyEventV2): boolean =>
  !/^(?:identity)?$/i.test(headers['content-encoding']?.trim() ?? '');

const mediaType = (message: string) => new AppError('invalid', 'UNSUPPORTED_MEDIA_TYPE', message);

const whole = (problem: string): Problem => ({ path: '', problem });

const refused = (details: Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the body is not valid', { details });
