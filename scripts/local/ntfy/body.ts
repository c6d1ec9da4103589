import { isUtf8 } from 'node:buffer';
import { refusalError } from './failures.ts';
import { trimmed } from './request.ts';
import type { Version } from './store.ts';

const MAX_INLINE_BYTES = 4_095;
const ATTACHMENT_KEPT_S = 3 * 3_600;

export interface BodyOptions {
  version: Version;
  /** Whether the server keeps files. */
  attachments: boolean;
  /** Whether the message comes from a JSON publish. */
  isJson: boolean;
  /** The message of the headers, for a request without body. */
  headerMessage: string | undefined;
  /** Address of a file on another server. */
  attach: string | undefined;
  filename: string | undefined;
  nowS: number;
}

/**
 * The message, or the file that the server makes of a body that is too long, is not UTF-8 or has a file name.
 * @throws Refusal 40011, 40014, 50001
 */
export const readBody = (
  body: Buffer,
  { version, attachments, isJson, headerMessage, attach, filename, nowS }: BodyOptions,
): { message: string; attachment?: Record<string, unknown> } => {
  if (attach !== undefined) {
    if (!isUtf8(body)) throw refusalError(40011);
    const name = filename ?? fileNameOf(attach);
    const message = textOf(body, headerMessage) || received(name);
    return { message, attachment: { name, url: attach } };
  }
  const isLong = body.length > MAX_INLINE_BYTES;
  if (filename !== undefined || isLong || !isUtf8(body)) {
    if (!attachments) throw refusalError(40014);
    if (isJson && isLong && version === '2.27') throw refusalError(50001);
    const name = filename ?? 'attachment.txt';
    const file = { name, type: 'text/plain; charset=utf-8', size: body.length };
    const message = headerMessage ?? received(name);
    return { message, attachment: { ...file, expires: nowS + ATTACHMENT_KEPT_S } };
  }
  return { message: textOf(body, headerMessage) || 'triggered' };
};

/** A body counts, even one of white space; the header's message replaces a body without bytes alone. */
const textOf = (body: Buffer, headerMessage = ''): string =>
  body.length > 0 ? trimmed(body.toString('utf8')) : headerMessage;

const fileNameOf = (address: string): string => {
  const path = URL.canParse(address) ? new URL(address).pathname : '';
  return path.split('/').findLast((part) => part !== '') ?? 'attachment';
};

const received = (name: string) => `You received a file: ${name}`;
