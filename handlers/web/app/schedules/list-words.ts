/** `a`, `a and b`, `a, b and c` */
export const listWords = (words: readonly string[]): string =>
  words.join(', ').replace(/, ([^,]*)$/, ' and $1');
