import * as z from 'zod/mini';
import { readJsonResponse } from '#lib/http/read-json-response.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The answer of an endpoint. */
export interface Answer {
  format: 'json' | 'text';
  /** Any JSON value, or the text. */
  answer: unknown;
}

const MAX_BYTES = 50 * 1024;

const TEXT = /^text\/(?!html\b)[\w.+-]+\s*(?:;|$)/i;
const OTHER_CHARSET = /\bcharset\s*=\s*"?(?!utf-?8\b|us-ascii\b)/i;

/**
 * The answer in a response: JSON, or text that is not a page.
 * @throws AppError `invalid` / `RESPONSE_TOO_LARGE` for more than 50 KB
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE` that contains no part of the body
 */
export const readAnswer = (response: HttpResponse): Answer => {
  const { body, headers } = response;
  if (Buffer.byteLength(body) > MAX_BYTES) {
    throw new AppError('invalid', 'RESPONSE_TOO_LARGE', 'the answer has more than 50 KB');
  }
  if (body === '') return { format: 'text', answer: '' };
  const type = headers['content-type'] ?? '';
  if (TEXT.test(type)) {
    if (OTHER_CHARSET.test(type)) throw unreadableAnswerError('is not UTF-8');
    return { format: 'text', answer: body };
  }
  if (!/json/i.test(type)) throw unreadableAnswerError('is neither JSON nor text');
  return { format: 'json', answer: readJsonResponse(response, z.json()) };
};

const unreadableAnswerError = (problem: string) =>
  new AppError('unavailable', 'UNREADABLE_RESPONSE', `the answer of the endpoint ${problem}`);
