/**
 * The ntfy server reads the title, the tags and the link of a JSON publish as if they were HTTP headers, so it decodes
 * RFC 2047 encoded words such as `=?UTF-8?B?SGk=?=` in them. These functions write a text such that the server shows it
 * exactly as it is.
 * Source: ntfy's server, `transformBodyJSON` and `maybeDecodeHeader`; Go's `mime.WordDecoder`. Servers before 2.5.0 do
 * not decode: they show the encoded form of such a title or tag.
 */

/** Everything that the server can take for an encoded word. */
const ENCODED_WORD = /=\?[^?]*\?[bq]\?.*?\?=/is;

/** The server decodes a text once. Text that looks encoded is therefore encoded as a whole. */
export const literalTitle = (title: string): string =>
  ENCODED_WORD.test(title) ? encodedWord(title) : title;

/** The server joins the tags with commas before it decodes them, so an encoded word can begin in one tag and end in another. */
export const literalTags = (tags: readonly string[]): string[] =>
  ENCODED_WORD.test(tags.join(','))
    ? tags.map((tag) => (tag.includes('=?') ? encodedWord(tag) : tag))
    : [...tags];

/** In a link, only the first question mark separates parts. All others are data, for which `%3F` means the same. */
export const literalLink = (link: string): string => {
  if (!ENCODED_WORD.test(link)) return link;
  const url = new URL(link);
  url.search = url.search.slice(1).replaceAll('?', '%3F');
  url.hash = url.hash.slice(1).replaceAll('?', '%3F');
  return url.href;
};

const encodedWord = (text: string): string => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
