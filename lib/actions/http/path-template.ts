const MAX_CHARS = 500;
const NAME = '[A-Za-z][\\w.-]{0,63}';
/** Characters that stay as they are in every parser of URLs. A segment of dots would change the path. */
const LITERAL = "(?!\\.{1,2}(?:/|$))[\\w.~!$&'()*+,;=:@-]+";
const TEMPLATE = new RegExp(`^/(?:(?:\\{${NAME}\\}|${LITERAL})/)*(?:\\{${NAME}\\}|${LITERAL})?$`);

/** Whether the text is a path whose segments are literals or names in braces: `/lights/{room}`. */
export const isPathTemplate = (text: string): boolean =>
  text.length <= MAX_CHARS && TEMPLATE.test(text);

/** The names in braces, in order. */
export const namesInPath = (template: string): string[] =>
  [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);

/** The path with a segment for each name. */
export const fillPath = (template: string, segmentOf: (name: string) => string): string =>
  template.replace(/\{([^{}]*)\}/g, (_, name: string) => segmentOf(name));
