/** A weak or strong entity tag, and a list of tags. Source: RFC 9110, section 8.8.3. */
const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;
const LIST = new RegExp(`^(?:${TAG.source})(?:[ \\t]*,[ \\t]*(?:${TAG.source}))*$`);

/** The tags of `If-Match` or `If-None-Match`, or `*`; `undefined` for a malformed header. */
export const entityTagsIn = (header: string): readonly string[] | '*' | undefined => {
  const text = header.trim();
  if (text === '*') return '*';
  return LIST.test(text) ? (text.match(TAG) ?? undefined) : undefined;
};

/** Whether a header contains a tag, by the weak comparison of `If-None-Match`. Source: RFC 9110, section 8.8.3.2. */
export const matchesWeakly = (header: string, tag: string): boolean => {
  const tags = entityTagsIn(header) ?? [];
  return tags === '*' || tags.some((one) => one.replace(/^W\//, '') === tag);
};
