import { createHmac } from 'node:crypto';
import { encoded, hs256, type IdentityProvider, rs256, strangersKey } from './identity.ts';

export interface HostileToken {
  /** What is wrong with it. */
  name: string;
  /** The value of the header `Authorization`. */
  authorization: string;
  /** The result that the verification must have. */
  outcome: 'malformed' | 'invalid';
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Another letter that base64url decodes to the same bytes, because its unused bits differ. */
const withLooseBits = (token: string): string => {
  const last = ALPHABET.indexOf(token.at(-1) ?? '');
  return `${token.slice(0, -1)}${ALPHABET[last ^ 1]}`;
};

/** The compact form with one of its three parts replaced. */
const withPart = (token: string, index: 0 | 1 | 2, change: (part: string) => string): string =>
  token
    .split('.')
    .map((part, at) => (at === index ? change(part) : part))
    .join('.');

const KID_TRICKS = [
  '../../../../dev/null',
  '/dev/null',
  "key-0' OR '1'='1",
  'key-0\u0000',
  ' key-0',
  'https://attacker.example/jwks.json',
  '__proto__',
  'constructor',
  '',
];

/**
 * Tokens that a pool never issued, and values that are not tokens: the published attacks on JSON web tokens, and
 * mutations of a valid one. The pool must not have rotated its keys.
 * Source: RFC 8725, sections 2 and 3; the kinds of forgery are those of the JWS vectors of Project Wycheproof, which
 * were not copied.
 */
export const hostileTokens = (pool: IdentityProvider): HostileToken[] => {
  const mallory = strangersKey(pool.key().kid);
  const header = pool.headerOf();
  const claims = pool.claimsOf({ groups: ['admin'] });
  const good = pool.token({ groups: ['viewer'] });
  const { publicKey } = pool.key();
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const jwk = mallory.publicKey.export({ format: 'jwk' });
  const text = JSON.stringify(claims);
  const twice = (name: string, value: string) => text.replace('{', `{"${name}":${value},`);
  const [goodHeader, , goodSignature] = good.split('.');
  const none = (alg: string) => `${encoded({ ...header, alg })}.${encoded(claims)}.`;
  const forged = (more: object) => rs256({ ...header, ...more }, claims, mallory);
  const own = (more: object) => rs256({ ...header, ...more }, claims, pool.key());
  const invalid = (name: string, token: string) =>
    ({ name, authorization: `Bearer ${token}`, outcome: 'invalid' }) as const;
  const malformed = (name: string, authorization: string) =>
    ({ name, authorization, outcome: 'malformed' }) as const;
  const withClaims = (more: object) => pool.token({ groups: ['admin'], claims: { ...more } });
  const hourS = 3_600;
  const nowS = Number(claims.iat);

  return [
    // Wrong signatures.
    invalid('an unknown key', pool.token({ key: strangersKey('somebody-else') })),
    invalid('a key of somebody else under the name of ours', pool.token({ key: mallory })),
    invalid(
      'HS256 with the public key as PEM',
      hs256({ ...header, alg: 'HS256' }, claims, `${pem}`),
    ),
    invalid('HS256 with the public key as DER', hs256({ ...header, alg: 'HS256' }, claims, der)),
    invalid('HS256 with the key set', hs256({ ...header, alg: 'HS256' }, claims, pool.jwks())),
    invalid('HS256 with nothing', hs256({ ...header, alg: 'HS256' }, claims, '')),
    invalid('RS256 said of an HMAC', hs256(header, claims, `${pem}`)),
    ...['none', 'None', 'NONE', 'nOnE'].flatMap((alg) => [
      malformed(`${alg} without a signature`, `Bearer ${none(alg)}`),
      invalid(`${alg} with a signature`, `${none(alg)}${goodSignature}`),
    ]),
    ...['RS512', 'PS256', 'ES256', 'rs256', 'RS256 ', ''].map((alg) =>
      invalid(`the algorithm "${alg}"`, own({ alg })),
    ),
    invalid('no algorithm', own({ alg: undefined })),
    invalid('an algorithm that is a list', own({ alg: ['RS256'] })),
    invalid('no name of a key', own({ kid: undefined })),
    invalid('a name of a key that is a list', own({ kid: [pool.key().kid] })),
    ...KID_TRICKS.map((kid) => invalid(`the key ${JSON.stringify(kid)}`, forged({ kid }))),
    invalid('a key in the header', forged({ jwk })),
    invalid('a key in the header beside a good signature', own({ jwk })),
    invalid('an address of keys', forged({ jku: 'https://attacker.example/jwks.json' })),
    invalid('an address of keys beside a good signature', own({ jku: 'http://127.0.0.1/' })),
    invalid('an address of certificates', own({ x5u: 'https://attacker.example/chain.pem' })),
    invalid('certificates', own({ x5c: ['MIIB'] })),
    invalid('a critical extension', own({ crit: ['exp'], exp: nowS })),
    invalid('a critical extension of RFC 7797', own({ crit: ['b64'], b64: false })),
    invalid('an empty list of critical extensions', own({ crit: [] })),
    invalid('compression', own({ zip: 'DEF' })),
    invalid('a nested token', own({ cty: 'JWT' })),

    // Tokens that were changed after signing.
    invalid('a changed payload', `${goodHeader}.${encoded(claims)}.${goodSignature}`),
    invalid(
      'a changed header',
      withPart(good, 0, () => encoded({ ...header, typ: 'JWT' })),
    ),
    invalid(
      'a signature of another token',
      withPart(good, 2, () => pool.token().split('.')[2] ?? ''),
    ),
    invalid(
      'a signature of zeros',
      withPart(good, 2, () => Buffer.alloc(256).toString('base64url')),
    ),
    invalid('a signature cut short', good.slice(0, -4)),
    invalid('a signature that goes on', `${good}AAAA`),
    invalid(
      'a signature of one character',
      withPart(good, 2, () => 'A'),
    ),
    invalid('a signature with loose bits', withLooseBits(good)),
    invalid(
      'an HMAC for a signature',
      withPart(good, 2, () => createHmac('sha256', pem).update(good).digest('base64url')),
    ),

    // Wrong claims.
    invalid('another issuer', withClaims({ iss: `${pool.issuer}2` })),
    invalid('an issuer with a slash more', withClaims({ iss: `${pool.issuer}/` })),
    invalid('issuers in a list', withClaims({ iss: [pool.issuer] })),
    invalid('no issuer', withClaims({ iss: undefined })),
    invalid('another client', withClaims({ client_id: 'client2' })),
    invalid('no client', withClaims({ client_id: undefined })),
    invalid('a client as audience alone', withClaims({ client_id: undefined, aud: pool.clientId })),
    invalid('an id token', pool.idToken({ groups: ['admin'] })),
    invalid('an id token with a client', pool.idToken({ claims: { client_id: pool.clientId } })),
    invalid('no use', withClaims({ token_use: undefined })),
    invalid('the use "refresh"', withClaims({ token_use: 'refresh' })),
    invalid('no scope', withClaims({ scope: undefined })),
    invalid('an empty scope', withClaims({ scope: '' })),
    invalid(
      'a scope of the pool’s own API',
      withClaims({ scope: 'aws.cognito.signin.user.admin' }),
    ),
    invalid('a scope that only contains the word', withClaims({ scope: 'openid2 my.openid' })),
    invalid('scopes with commas', withClaims({ scope: 'openid,email' })),
    invalid('the scope in capitals', withClaims({ scope: 'OPENID email' })),
    invalid('scopes in a list', withClaims({ scope: ['openid'] })),
    invalid('a scope that is an object', withClaims({ scope: { openid: true } })),
    invalid('a scope given twice', rs256(header, twice('scope', '"email"'), pool.key())),
    invalid('not yet valid', withClaims({ nbf: nowS + hourS })),
    invalid('no end', withClaims({ exp: undefined })),
    invalid('an end that is a text', withClaims({ exp: String(nowS + hourS) })),
    invalid('an end that is null', withClaims({ exp: null })),
    invalid('an end before time began', withClaims({ exp: -1 })),
    invalid('an end in milliseconds', withClaims({ exp: nowS * 1_000 })),
    invalid('a beginning that is a text', withClaims({ nbf: 'now' })),
    invalid('no user', withClaims({ username: undefined })),
    invalid('a user without a name', withClaims({ username: '' })),
    invalid('a user that is an object', withClaims({ username: { name: 'ada' } })),
    invalid('a name with a line break', withClaims({ username: 'ada\nadmin' })),
    invalid('a name of 129 characters', withClaims({ username: 'a'.repeat(129) })),
    invalid('groups that are a text', withClaims({ 'cognito:groups': 'admin' })),
    invalid('groups that are numbers', withClaims({ 'cognito:groups': [1] })),
    invalid('an end given twice', rs256(header, twice('exp', '1'), pool.key())),
    invalid('a user given twice', rs256(header, twice('username', '"eve"'), pool.key())),
    invalid('an escaped name given twice', rs256(header, twice('\\u0069ss', '"x"'), pool.key())),
    invalid('groups given twice', rs256(header, twice('cognito:groups', '[]'), pool.key())),
    invalid(
      'an algorithm given twice',
      rs256(`{"alg":"none",${JSON.stringify(header).slice(1)}`, claims, pool.key()),
    ),
    invalid('claims that are a list', rs256(header, [claims], pool.key())),
    invalid('claims that are null', rs256(header, 'null', pool.key())),
    invalid('claims that are no JSON', rs256(header, 'iss=cognito', pool.key())),
    invalid('claims with more behind them', rs256(header, `${text}{}`, pool.key())),
    invalid('claims that are nested deep', rs256(header, '['.repeat(2_000), pool.key())),
    invalid('a header that is a list', rs256([header], claims, pool.key())),
    invalid('a header that is null', rs256('null', claims, pool.key())),
    invalid(
      'claims that are not UTF-8',
      withPart(good, 1, () => Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')),
    ),

    // Wrong encodings.
    malformed('padding', `Bearer ${withPart(good, 1, (part) => `${part}=`)}`),
    malformed('padding at the end', `Bearer ${good}==`),
    malformed('a blank inside', `Bearer ${good.slice(0, 40)} ${good.slice(40)}`),
    malformed('a blank at the end', `Bearer ${good} `),
    malformed('a line break inside', `Bearer ${good.slice(0, 40)}\n${good.slice(40)}`),
    malformed('a line break at the end', `Bearer ${good}\n`),
    malformed('standard base64', `Bearer ${withPart(good, 2, (part) => `${part.slice(0, -2)}+/`)}`),
    malformed('an escaped dot', `Bearer ${good.replace('.', '%2e')}`),
    malformed('two parts', `Bearer ${good.split('.').slice(0, 2).join('.')}`),
    malformed('four parts', `Bearer ${good}.${goodHeader}`),
    malformed('five parts', `Bearer ${good}.a.b`),
    malformed('an empty payload', `Bearer ${withPart(good, 1, () => '')}`),
    malformed('dots alone', 'Bearer ..'),
    malformed('no token', 'Bearer '),
    malformed('the scheme alone', 'Bearer'),
    malformed('no scheme', good),
    malformed('another scheme', `Basic ${good}`),
    malformed('a scheme that only begins so', `BearerX ${good}`),
    malformed('two tokens', `Bearer ${good}, Bearer ${good}`),
    malformed('a huge token', `Bearer ${good}${'A'.repeat(100_000)}`),
    malformed('a huge number of dots', `Bearer ${'.'.repeat(8_000)}`),
    malformed('JSON serialization', `Bearer {"payload":"${encoded(claims)}"}`),
    malformed('the letters of another alphabet', `Bearer ${good.replace('e', '\u0435')}`),
  ];
};
