import { refusal } from './failures.ts';
import { type Call, parameter } from './request.ts';
import type { Version } from './store.ts';

const MAX_INLINE_BYTES = 4_095;

export interface BodyOptions {
  version: Version;
  attachments: boolean;
  asJson: boolean;
  /** Address of a file elsewhere. */
  attach: string | undefined;
  filename: string | undefined;
  nowS: number;
}

/**
 * The message, or the file that becomes of one that is too long.
 * @throws Refusal 40013, 40014, 50001
 */
export const readBody = (
  given: string,
  call: Call,
  { version, attachments, asJson, attach, filename, nowS }: BodyOptions,
): { message: string; attachment?: Record<string, unknown> } => {
  const message = version === '2.27' ? given.replaceAll('\0', '') : given;
  if (attach) {
    if (!/^https?:\/\//i.test(attach)) throw refusal(40013);
    const name = filename ?? 'attachment';
    return { message: message.trim() || received(name), attachment: { name, url: attach } };
  }
  const size = Buffer.byteLength(message);
  if (size > MAX_INLINE_BYTES || (filename && size > 0)) {
    if (!attachments) throw refusal(40014);
    if (asJson && version === '2.27' && size > MAX_INLINE_BYTES) throw refusal(50001);
    const name = filename ?? 'attachment.txt';
    const expires = nowS + 3 * 3_600;
    const attachment = { name, type: 'text/plain; charset=utf-8', size, expires };
    return { message: received(name), attachment };
  }
  const fromHeader = parameter(call, 'message', 'm')?.replaceAll('\\n', '\n');
  return { message: message.trim() || fromHeader || 'triggered' };
};

const received = (name: string) => `You received a file: ${name}`;
