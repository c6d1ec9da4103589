import { isUtf8 } from 'node:buffer';
import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError } from '#lib/platform/errors.ts';
import { shortKey } from '#lib/platform/json.ts';
import { repeatedNames } from '#lib/platform/repeated-names.ts';

/** The context of the handlers after this middleware. */
export interface FormBodyContext extends Context {
  /** The fields of the form. Empty when the operation has no form. */
  form: URLSearchParams;
}

export interface FormBodyOptions<Before extends Context> {
  /** Whether the operation of the request has a form. */
  isExpected: (context: Before) => boolean;
}

/** Bytes. */
const MAX_BODY_BYTES = 64 * 1024;
const FORM = /^application\/x-www-form-urlencoded(?:\s*;\s*charset=(?:utf-?8|"utf-?8"))?\s*$/i;

/**
 * Parses the body of a form strictly: at most 64 KB of UTF-8, and each field once. API Gateway sends it as base64.
 *
 * The errors, all AppError `invalid`: `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `INVALID_REQUEST`.
 */
export const formBody = <Before extends Context>({
  isExpected,
}: FormBodyOptions<Before>): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  Before & FormBodyContext
> => ({
  before: ({ context, event }) => {
    context.form = new URLSearchParams();
    if (!isExpected(context)) return;
    if (!FORM.test(event.headers['content-type'] ?? '')) {
      throw new AppError(
        'invalid',
        'UNSUPPORTED_MEDIA_TYPE',
        'send application/x-www-form-urlencoded in UTF-8',
      );
    }
    const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    if (bytes.length > MAX_BODY_BYTES) {
      throw new AppError('invalid', 'PAYLOAD_TOO_LARGE', 'the body is larger than 64 KB');
    }
    if (!isUtf8(bytes)) throw new AppError('invalid', 'INVALID_REQUEST', 'the body must be UTF-8');
    const form = new URLSearchParams(bytes.toString());
    const [repeated] = repeatedNames(form);
    if (repeated !== undefined) {
      throw new AppError(
        'invalid',
        'INVALID_REQUEST',
        `${shortKey(repeated)} is given more than once`,
      );
    }
    context.form = form;
  },
});
