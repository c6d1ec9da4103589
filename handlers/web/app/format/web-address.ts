/** The text if it is an address of the web, which a link may lead to. Any other text could be a script. */
export const webAddress = (text: string | undefined): string | undefined =>
  text !== undefined && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
