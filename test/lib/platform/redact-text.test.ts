import { describe, expect, it } from 'vitest';
import { isSecretName, redactText } from '#lib/platform/redact-text.ts';
import { leastCpuMs } from '#test/support/cpu.ts';

const SECRET = 'canary-7f3a';

describe('isSecretName', () => {
  it.each([
    ...['access_token', 'refresh_token', 'id_token', 'code_verifier', 'client_secret', 'token'],
    ...['cookie', 'Cookie', 'set-cookie', 'Set-Cookie', 'authorization', 'Proxy-Authorization'],
    ...['password', 'PASSWORD', 'secret', 'x-api-key', 'X-API-Key', 'apiKey', 'accessToken'],
    ...['ntfyToken', 'ntfy-url', 'X-Amz-Security-Token', 'X-Amz-Signature', 'cursor-key', 'auth'],
    ...['client_assertion', 'tokens', 'ａｃｃｅｓｓ＿ｔｏｋｅｎ'],
  ])('is true for %s', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    ...['token_use', 'token_type', 'secretary', 'author', 'message_id', 'authorized', 'key'],
    ...['passwordless', 'cookie_count', 'expires_in', 'idempotency_key', 'code', ''],
  ])('is false for "%s"', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('redactText', () => {
  it.each([
    `Bearer ${SECRET}`,
    `bearer  ${SECRET}`,
    `BEARER ${SECRET}`,
    `Bearer%20${SECRET}`,
    `refused: Bearer ${SECRET}, status 401`,
    `Basic ${Buffer.from(SECRET).toString('base64')}`,
    `https://ntfy.example/topic?auth=${SECRET}`,
    `https://api.example/me?access_token=${SECRET}&page=2`,
    `https://api.example/me#access_token=${SECRET}`,
    `https://api.example/me?ACCESS_TOKEN=${SECRET}`,
    `https://app.example/callback?code=${SECRET}&state=1`,
    'https://app.example/callback?code=ABCDEF',
    'https://app.example/callback?state=1&code=123456',
    `https://login.example/?redirect_uri=https%3A%2F%2Fapp.example%3Fcode%3D${SECRET}`,
    `grant_type=refresh_token&refresh_token=${SECRET}`,
    `error: access_token=${SECRET}`,
    `{"access_token":"${SECRET}","expires_in":3600}`,
    `{"access_token" : "${SECRET}"}`,
    `{"password":"with \\" a quote ${SECRET}"}`,
    `{"token":{"inner":"${SECRET}"}}`,
    `{"tokens":["${SECRET}"]}`,
    `{"body":"{\\"refresh_token\\":\\"${SECRET}\\"}"}`,
    `{"body":"{\\"password\\":\\"a\\\\\\"b ${SECRET}\\",\\"n\\":1}"}`,
    `{"token":"${SECRET}`,
    `{ password: '${SECRET}', n: 1 }`,
    `Authorization: Basic ${SECRET}`,
    `GET / HTTP/1.1\r\nCookie: a=1; session=${SECRET}; b=2\r\nHost: x`,
    `Set-Cookie: refresh=${SECRET}; HttpOnly; Secure`,
    `x-api-key: ${SECRET}`,
    `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIke${SECRET}`,
    `https://user:${SECRET}@host.example/path`,
    `tk_${'a'.repeat(20)}${SECRET.replaceAll('-', '')}`,
    `sk-ant-api03-${SECRET}`,
  ])('hides the secret in %s', (text) => {
    const shown = redactText(text);

    expect(shown).not.toMatch(/canary|Y2FuYXJ5|ABCDEF|123456/);
    expect(shown).toContain('[redacted]');
  });

  it.each([
    'message completed',
    'the token has expired',
    'connect ECONNREFUSED 127.0.0.1:443',
    'https://api.example/api/messages?limit=10&status=failed',
    'https://ntfy.example:8080/v1/health',
    'exit code: 1, error code: ECONNREFUSED',
    'code=HTTP_429',
    'arn:aws:sns:us-east-1:000000000000:rez-agent-messages-dev',
    'Unexpected token < in JSON at position 4',
    '',
  ])('leaves "%s" as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('keeps what stands around a secret', () => {
    expect(redactText(`GET https://x.example/a?auth=${SECRET}&page=2 failed`)).toBe(
      'GET https://x.example/a?auth=[redacted]&page=2 failed',
    );
    expect(redactText(`{"access_token":"${SECRET}","n":1}`)).toBe(
      '{"access_token":"[redacted]","n":1}',
    );
  });

  it('changes nothing in a text that it has redacted', () => {
    const once = redactText(`a=1&token=${SECRET} {"secret":"${SECRET}"} Bearer ${SECRET}`);

    expect(redactText(once)).toBe(once);
  });

  it.each([
    ['backslashes', `token:"${'\\'.repeat(8_000)}`],
    ['escaped quotes', `token:${'\\"'.repeat(4_000)}`],
    ['names', 'token'.repeat(1_600)],
    ['blanks', `token${' '.repeat(8_000)}`],
    ['beginnings of tokens', '-eyJ'.repeat(2_000)],
    ['schemes', 'a://'.repeat(2_000)],
    ['assignments', 'token=a '.repeat(1_000)],
  ])('takes 8,000 characters of %s in less than 50 ms', async (_, text) => {
    expect(await leastCpuMs(() => redactText(text), 50)).toBeLessThan(50);
  });
});
