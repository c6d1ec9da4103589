import { HOSTILE_V4, NOTATIONS } from './hostile-addresses.ts';

/** Every hostile IPv4 address in every notation, as an origin of each scheme. */
export const ADDRESS_URLS = HOSTILE_V4.flatMap((v4) =>
  Object.values(NOTATIONS).flatMap((write) => [`https://${write(v4)}/`, `http://${write(v4)}:80/`]),
);

/** Hosts that no request may reach. */
export const ELSEWHERE = [
  'evil.example',
  'localhost',
  '127.0.0.1',
  '2130706433',
  '[::1]',
  '[::ffff:169.254.169.254]',
  '169.254.169.254',
  'metadata.internal',
  'service.example.evil.example',
  'evilservice.example',
  'service-example',
  'service.exampl\u0435',
  'xn--ervice-0ie.example',
];

/** URLs that look like the service's but lead elsewhere, or that parsers read differently. */
const DISGUISES: readonly ((host: string) => string)[] = [
  (host) => `https://${host}/`,
  (host) => `https://${host}:443/`,
  (host) => `https://${host}./`,
  (host) => `https://${host}/service.example`,
  (host) => `https://${host}#@service.example/`,
  (host) => `https://${host}?@service.example/`,
  (host) => `https://${host}/@service.example/`,
  (host) => `https://service.example@${host}/`,
  (host) => `https://service.example:443@${host}/`,
  (host) => `https://service.example%40${host}/`,
  (host) => `https://service.example%2f@${host}/`,
  (host) => `https://service.example%00.${host}/`,
  (host) => `https://service.example%0d%0a@${host}/`,
  (host) => `https://user:pass@service.example@${host}/`,
  (host) => `https://service.example\\@${host}/`,
  (host) => `https://service.example\\.${host}/`,
  (host) => `https://${host}\\@service.example/`,
  (host) => `https:\\\\${host}\\`,
  (host) => `https:/${host}/`,
  (host) => `https:${host}/`,
  (host) => `https:///${host}/`,
  (host) => `//${host}/`,
  (host) => `\t//${host}/`,
  (host) => `ht\ttps://${host}/`,
  (host) => `https://service.example\t@${host}/`,
  (host) => `https://service.example\n@${host}/`,
  (host) => `https://service.example\u0000@${host}/`,
  (host) => `https://service.example @${host}/`,
  (host) => ` https://${host}/`,
  (host) => `http://${host}/`,
  (host) => `http://service.example@${host}/`,
  (host) => `wss://${host}/`,
  (host) => `ftp://${host}/`,
  (host) => `gopher://${host}:70/_GET`,
  (host) => `file://${host}/etc/passwd`,
  (host) => `blob:https://${host}/1`,
  (host) => `data:text/html,//${host}`,
  (host) => `view-source:https://${host}/`,
  (host) => `https://${host}\u2044service.example/`,
  (host) => `https://service.example\uff0f.${host}/`,
  (host) => `https://service.example\uff20${host}/`,
  (host) => `https://service.example\u3002${host}/`,
  (host) => `https://[service.example]@${host}/`,
];

/** URLs with the service's host name that differ from the configured origin. */
const ALMOST = [
  'http://service.example/',
  'http://service.example:443/',
  'https://service.example:0/',
  'https://service.example:80/',
  'https://service.example:444/',
  'https://service.example:65535/',
  'https://service.example:65536/',
  'https://service.example:-443/',
  'https://service.example:443:443/',
  'https://service.example:4 43/',
  'https://service.example../',
  'https://.service.example/',
  'https://user@service.example/',
  'https://user:@service.example/',
  'https://:pass@service.example/',
  'https://service.example\\',
  'https://service.example\t/',
  'https:\\\\service.example/',
  'https://service.example/\r\nhost: evil.example',
  'https://ervice.example/',
  'https://service.exampl/',
  'https://service%2eexample%2e%2e/',
];

/** URLs that lead outside of the only allowed origin, `https://service.example`. */
export const FORBIDDEN_URLS: readonly string[] = [
  ...ADDRESS_URLS,
  ...DISGUISES.flatMap((disguise) => ELSEWHERE.map(disguise)),
  ...ALMOST,
];
