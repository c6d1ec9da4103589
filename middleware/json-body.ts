import { isUtf8 } from 'node:buffer';
import type middy from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError, type Problem } from '#lib/errors.ts';
import { scanJson } from '#lib/json.ts';

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
      if (isForeignText(event)) throw mediaType('send application/json in UTF-8');
      if (isEncoded(event)) throw mediaType('send the body as it is, without Content-Encoding');
      const text = textOf(event);
      const problems = scanJson(text);
      // What the scan refuses is not parsed, but its content type is still looked at first.
      const body = problems.length > 0 ? 'null' : text;
      const parsing = { ...request, event: { ...event, body, isBase64Encoded: false } };
      try {
        await parser.before?.(parsing);
      } catch (error) {
        throw isMediaType(error)
          ? mediaType('send application/json')
          : refused([whole('is not valid JSON')]);
      }
      if (problems.length > 0) throw refused(problems);
      context.body = parsing.event.body;
    },
  };
};

const textOf = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): string => {
  if (body === undefined || body === '') throw refused([whole('is required')]);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new AppError('invalid', 'PAYLOAD_TOO_LARGE', 'the body is larger than 256 KB');
  }
  if (!isUtf8(bytes)) throw refused([whole('is not valid UTF-8')]);
  return isBase64Encoded ? bytes.toString() : body;
};

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;

/** Whether the request says that its text is anything but UTF-8; JSON that says nothing is. Source: RFC 8259, 8.1. */
const isForeignText = ({ headers }: APIGatewayProxyEventV2): boolean => {
  const [, charset] = CHARSET.exec(headers['content-type'] ?? '') ?? [];
  return charset !== undefined && !/^utf-?8$/i.test(charset);
};

/** Nobody decodes what is packed. Source: RFC 9110, 15.5.16. */
const isEncoded = ({ headers }: APIGatewayProxyEventV2): boolean =>
  !/^(?:identity)?$/i.test(headers['content-encoding']?.trim() ?? '');

const isMediaType = (error: unknown): boolean =>
  (error as { statusCode?: unknown } | undefined)?.statusCode === 415;

const mediaType = (message: string) => new AppError('invalid', 'UNSUPPORTED_MEDIA_TYPE', message);

const whole = (problem: string): Problem => ({ path: '', problem });

const refused = (details: Problem[]) =>
  new AppError('invalid', 'VALIDATION_ERROR', 'the body is not valid', { details });
