import { AppError } from '#lib/platform/errors.ts';
import type { Push } from './channel.ts';
import { cleanLine, cleanText, fitText, jsonBytesOf } from './push-text.ts';

/** What ntfy is sent. Field names are its own. */
export interface Publication {
  topic: string;
  sequence_id: string;
  message: string;
  title?: string;
  priority?: number;
  tags?: string[];
  click?: string;
  markdown?: true;
}

/** Longest message that is not turned into a file or an error. Bytes of UTF-8. */
const MAX_MESSAGE_BYTES = 4_095;
/** The server refuses bodies from 8,192 bytes on. */
const MAX_BODY_BYTES = 8_191;

/** Bounds of the rest, as JSON, so that at least 3,000 bytes of any body are the message's. */
const MAX_TITLE = { bytes: 1_000, jsonBytes: 1_000 };
const MAX_TAG = { bytes: 150, jsonBytes: 150 };
const MAX_TAGS = 10;
const MAX_CLICK_BYTES = 2_048;

/**
 * A push as ntfy can carry it: control characters out, every field within its bytes. What had to be shortened or left
 * out is named in `cut`.
 * @throws AppError `invalid` / `NTFY_EMPTY`: the server would make "triggered" of a message that says nothing.
 */
export const publicationOf = (
  push: Push,
  topic: string,
): { publication: Publication; cut: string[] } => {
  const cut: string[] = [];
  const shorten = (name: string, text: string, limits: Parameters<typeof fitText>[1]) => {
    const fitted = fitText(text, limits);
    if (fitted.cut && !cut.includes(name)) cut.push(name);
    return fitted.text;
  };

  const message = cleanText(push.message);
  if (message === '') throw new AppError('invalid', 'NTFY_EMPTY', 'a push needs a message');
  const title = shorten('title', cleanLine(push.title ?? ''), MAX_TITLE);
  const allTags = (push.tags ?? []).map(cleanLine).filter(Boolean);
  const tags = allTags.slice(0, MAX_TAGS).map((tag) => shorten('tags', tag, MAX_TAG));
  if (allTags.length > MAX_TAGS) cut.push('tags');
  const click = linkOf(push.click);
  if (push.click && click === undefined) cut.push('click');

  const rest: Publication = {
    topic,
    sequence_id: push.id,
    message: '',
    ...(title ? { title } : {}),
    ...(push.priority === undefined ? {} : { priority: push.priority }),
    ...(tags.length > 0 ? { tags } : {}),
    ...(click === undefined ? {} : { click }),
    ...(push.markdown ? { markdown: true } : {}),
  };
  const limits = {
    bytes: MAX_MESSAGE_BYTES,
    jsonBytes: MAX_BODY_BYTES - Buffer.byteLength(JSON.stringify(rest)),
  };
  return { publication: { ...rest, message: shorten('message', message, limits) }, cut };
};

/** Only web links, which the server does not check, and only what leaves room for the message. */
const linkOf = (click: string | undefined): string | undefined => {
  if (click === undefined || !URL.canParse(click)) return undefined;
  const { href, protocol } = new URL(click);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && jsonBytesOf(href) <= MAX_CLICK_BYTES ? href : undefined;
};
