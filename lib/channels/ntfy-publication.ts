import { AppError } from '#lib/platform/errors.ts';
import { cleanLine, cleanText } from '#lib/platform/text.ts';
import type { Cut, Push } from './channel.ts';
import { literalLink, literalTags, literalTitle } from './encoded-words.ts';
import { fitText, jsonBytesOf } from './push-text.ts';

/** The JSON body of a publish request. The field names are ntfy's. */
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

export interface FittedPush {
  publication: Publication;
  /** The title as the server stores and returns it. It can differ from the title of the request, which may be encoded. */
  title: string;
  /** Absent when the push fits. */
  cut?: Cut;
}

/** The server turns a longer message into a file or refuses it. Bytes of UTF-8. */
const MAX_MESSAGE_BYTES = 4_095;
/** The server refuses request bodies of 8,192 bytes and more. */
const MAX_BODY_BYTES = 8_191;

/** Limits of the other fields. They leave at least 2,000 bytes of the body to the message. */
const MAX_TITLE = { bytes: 1_000, jsonBytes: 1_000 };
const MAX_TAG = { bytes: 150, jsonBytes: 150 };
const MAX_TAGS = 10;
const MAX_CLICK_BYTES = 2_048;

/**
 * Turns a push into a publication that ntfy accepts: without control characters, and with every field within its limit.
 * A text that is too long ends in "…". A link that is too long, or is no web link, is left out, because half a link
 * leads nowhere. `cut` says what was shortened or left out.
 * @throws AppError `invalid` / `NTFY_EMPTY` when the message has no text. The server would replace it by "triggered".
 */
export const publicationOf = (push: Push, topic: string): FittedPush => {
  const text = cleanText(push.message);
  if (text === '') throw new AppError('invalid', 'NTFY_EMPTY', 'a push needs a message');
  const title = fitText(cleanLine(push.title ?? ''), MAX_TITLE);
  const tags = fitTags(push.tags ?? []);
  const click = webLink(push.click);

  const rest: Publication = {
    topic,
    sequence_id: push.id,
    message: '',
    ...(title.text ? { title: literalTitle(title.text) } : {}),
    ...(push.priority === undefined ? {} : { priority: push.priority }),
    ...(tags.kept.length > 0 ? { tags: literalTags(tags.kept) } : {}),
    ...(click === undefined ? {} : { click }),
    ...(push.markdown ? { markdown: true } : {}),
  };
  const message = fitText(text, {
    bytes: MAX_MESSAGE_BYTES,
    jsonBytes: MAX_BODY_BYTES - Buffer.byteLength(JSON.stringify(rest)),
  });
  const cut = {
    ...(message.cut ? { message: sizeOf(push.message) } : {}),
    ...(title.cut ? { title: sizeOf(push.title) } : {}),
    ...(tags.cut
      ? { tags: { count: push.tags?.length ?? 0, ...sizeOf(push.tags?.join('')) } }
      : {}),
    ...(push.click && click === undefined ? { click: sizeOf(push.click) } : {}),
  };
  return {
    publication: { ...rest, message: message.text },
    title: title.text,
    ...(Object.keys(cut).length > 0 ? { cut } : {}),
  };
};

/** The server separates tags by commas, so a tag cannot contain one. The API refuses such tags. */
const fitTags = (tags: readonly string[]) => {
  const cleaned = tags.map((tag) => cleanLine(tag.replace(/\s*,\s*/g, ' '))).filter(Boolean);
  const fitted = cleaned.slice(0, MAX_TAGS).map((tag) => fitText(tag, MAX_TAG));
  return {
    kept: fitted.map(({ text }) => text),
    cut: cleaned.length > MAX_TAGS || fitted.some(({ cut }) => cut),
  };
};

/** The server accepts any scheme, so the scheme is checked here. */
const webLink = (click: string | undefined): string | undefined => {
  if (click === undefined || !URL.canParse(click)) return undefined;
  const { href, protocol } = new URL(click);
  const link = literalLink(href);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && jsonBytesOf(link) <= MAX_CLICK_BYTES ? link : undefined;
};

const sizeOf = (text = '') => ({ bytes: Buffer.byteLength(text) });
