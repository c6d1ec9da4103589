/**
 * Decodes the RFC 2047 encoded words of a header: `=?charset?B or Q?text?=`. White space between two words is dropped.
 * A word that cannot be decoded stays as it is. A malformed word ends the search. A charset that Go does not know makes
 * the server use the header as it was sent.
 * Source: RFC 2047; Go's `mime.WordDecoder`, which the server uses, measured on server 2.13.
 */
export const decodeEncodedWords = (header: string): string => {
  const decoded: Buffer[] = [];
  let position = 0;
  let isAfterWord = false;
  for (;;) {
    const start = header.indexOf('=?', position);
    const word = start === -1 ? undefined : wordAt(header, start);
    if (word === undefined) break;
    const between = header.slice(position, start);
    position = word.end;
    if (word.content === undefined) {
      decoded.push(Buffer.from(between + header.slice(start, word.end)));
      isAfterWord = false;
      continue;
    }
    const text = fromCharset(word.charset, word.content);
    if (text === undefined) return header;
    if (!isAfterWord || /[^ \t\r\n]/.test(between)) decoded.push(Buffer.from(between));
    decoded.push(text);
    isAfterWord = true;
  }
  decoded.push(Buffer.from(header.slice(position)));
  // Bytes are joined before they become text, because a character can be split between two words.
  return Buffer.concat(decoded).toString('utf8');
};

interface Word {
  charset: string;
  /** Absent when the text of the word is not valid in its encoding. */
  content: Buffer | undefined;
  /** Position after the word. */
  end: number;
}

/** `undefined` when no complete word starts there. */
const wordAt = (header: string, start: number): Word | undefined => {
  const pattern = /=\?([^?]*)\?([\0-\x7f])\?(.*?)\?=/sy;
  pattern.lastIndex = start;
  const [whole, charset = '', encoding = '', text = ''] = pattern.exec(header) ?? [];
  if (whole === undefined) return undefined;
  return { charset, content: contentOf(encoding.toUpperCase(), text), end: start + whole.length };
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const QUOTED_PRINTABLE = /^(?:=[0-9A-Fa-f]{2}|[\t\n\r -<>-~])*$/;

const contentOf = (encoding: string, text: string): Buffer | undefined => {
  if (encoding === 'B') {
    const base64 = text.replace(/[\r\n]/g, '');
    return BASE64.test(base64) ? Buffer.from(base64, 'base64') : undefined;
  }
  if (encoding !== 'Q' || !QUOTED_PRINTABLE.test(text)) return undefined;
  const bytes = text
    .replaceAll('_', ' ')
    .replace(/=(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
};

/** UTF-8 of the content. `undefined` for a charset that Go does not know. */
const fromCharset = (charset: string, content: Buffer): Buffer | undefined => {
  switch (charset.toLowerCase()) {
    case 'utf-8':
      return content;
    case 'iso-8859-1':
      return Buffer.from(content.toString('latin1'));
    case 'us-ascii':
      return Buffer.from(content.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd'));
    default:
      return undefined;
  }
};
