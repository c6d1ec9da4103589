/** A shorter value is no secret that could be recognized in a text. Characters. */
const MIN_SECRET_CHARS = 8;

/** The text without the values of these headers, which a service may send back, also within JSON. */
export const withoutSecrets = (text: string, values: readonly string[]): string =>
  values
    .flatMap((value) => [value, value.replace(/^\w+ /, ''), ...passwordsIn(value)])
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)])
    // Some services escape the slashes in JSON.
    .flatMap((value) => [value, value.replaceAll('/', '\\/')])
    .filter((secret) => secret.length >= MIN_SECRET_CHARS)
    .reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);

/** The password of a header for `Basic`. Source: RFC 7617, section 2. */
const passwordsIn = (value: string): string[] => {
  const [, encoded] = /^Basic (.*)$/i.exec(value) ?? [];
  if (encoded === undefined) return [];
  return [
    Buffer.from(encoded, 'base64')
      .toString()
      .replace(/^[^:]*:/, ''),
  ];
};
