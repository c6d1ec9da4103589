import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SETTABLE_NAMES } from '#scripts/configuration/settable-parameters.ts';
import { writeParameter } from '#scripts/configuration/write-parameter.ts';

const CANARY = 'canary5X0VZ2QK8T3M';

afterEach(() => vi.restoreAllMocks());

/** SSM, and what was sent to it. */
const ssmWith = ({ version = 1 } = {}) => {
  const sent: object[] = [];
  vi.spyOn(SSMClient.prototype, 'send').mockImplementation(async (command: unknown) => {
    if (!(command instanceof PutParameterCommand)) throw new Error('unexpected command');
    sent.push({ ...command.input });
    return { Version: version };
  });
  return { sent, ssm: new SSMClient({ region: 'us-east-1' }) };
};

const COURSE = {
  name: 'home-club',
  title: 'Home Club',
  origin: 'https://golf.example',
  link: 'https://golf.example/book',
  zone: 'Europe/Berlin',
  latitude: 52.5,
  longitude: 13.4,
  generation: 'classic',
  course_id: 1,
  website_id: '94fa26b7-2e63-4cbc-99e5-08d7d7f41522',
  site_id: '3',
  terminal_id: '7',
  client_id: 'onlineresweb',
  scope: 'openid',
  days_ahead: 7,
  automation: 'read_only',
};

const ENDPOINT = {
  title: 'Lamp',
  description: 'Switches the lamp.',
  origin: 'https://lamp.example',
  method: 'GET',
  path: '/state',
  auth: { type: 'bearer' },
  effect: 'read',
  input: { type: 'object', properties: {} },
  timeout_ms: 5_000,
};

const MCP_CLIENT = {
  client_id: 'https://assistant.example/oauth/client.json',
  name: 'Assistant',
  redirect_uris: ['https://assistant.example/callback', 'http://127.0.0.1/callback'],
};

describe('writing a parameter', () => {
  it.each([
    ['contact', 'ada@example.org', 'String'],
    ['contact', 'https://example.org/contact', 'String'],
    ['home', '40.75,-79.65', 'String'],
    ['home', '-90,180', 'String'],
    ['courses', JSON.stringify([COURSE]), 'String'],
    ['policy', '{"http.call":{"auto_approve":[{"requested_by":"mcp:desk"}]}}', 'String'],
    ['mcp-clients', JSON.stringify([MCP_CLIENT]), 'String'],
    ['mcp-clients', '[]', 'String'],
    ['services', '{"weather-gov":"https://weather.example"}', 'String'],
    ['endpoints/lamp', JSON.stringify(ENDPOINT), 'String'],
    ['ntfy-url', 'https://ntfy.example/topic', 'SecureString'],
    ['ntfy-token', 'tk_0123456789', 'SecureString'],
    ['ntfy-token', 'none', 'SecureString'],
  ])('%s stores %s as a %s of the stage', async (name, value, type) => {
    const { sent, ssm } = ssmWith({ version: 3 });

    expect(await writeParameter(name, value, { stage: 'prod', isLocal: false, ssm })).toBe(3);
    expect(sent).toEqual([
      { Name: `/rez-agent/prod/${name}`, Value: value, Type: type, Overwrite: true },
    ]);
  });

  it.each([
    ['contact', 'ada (home)', 'parameter contact must be an e-mail address'],
    ['contact', 'a\r\nX-Evil: b', 'must be an e-mail address'],
    ['home', '40.75', 'must be latitude,longitude'],
    ['home', '40.75,-79.65,1', 'must be latitude,longitude'],
    ['home', '91,0', 'must be latitude,longitude'],
    ['home', '0,181', 'must be latitude,longitude'],
    ['home', '0x1,0', 'must be latitude,longitude'],
    ['courses', '{}', 'must be a list'],
    ['courses', '[{"name":"x"}]', '0.title: is required'],
    ['courses', JSON.stringify([{ ...COURSE, zone: 'Mars/Base' }]), '0.zone: must be an IANA'],
    ['courses', '[', 'line 1'],
    ['courses', JSON.stringify([COURSE, COURSE]), 'two courses with the same name'],
    ['mcp-clients', '{}', 'must be a list'],
    ['mcp-clients', JSON.stringify([MCP_CLIENT, MCP_CLIENT]), 'names a client twice'],
    ['mcp-clients', JSON.stringify([{ ...MCP_CLIENT, secret: 'x' }]), '0.secret: is not'],
    ...[
      'http://assistant.example/callback',
      'https://*.assistant.example/callback',
      'https://assistant.example/callback#part',
      'https://user@assistant.example/callback',
      'javascript:alert(1)',
      'assistant://callback',
    ].map((uri) => [
      'mcp-clients',
      JSON.stringify([{ ...MCP_CLIENT, redirect_uris: [uri] }]),
      '0.redirect_uris.0: must',
    ]),
    ['policy', '{"weather.get_forecast":{}}', 'weather.get_forecast: is not'],
    ['policy', '{"http.call":{"auto_approve":[{"requested_by":"mcp:*"}]}}', 'without *'],
    ['policy', '{"http.call":{},"http.call":{}}', 'http.call: is given twice'],
    ['services', '{"a":"https://a.example/path"}', 'a: must be an origin'],
    ['services', '{"a":"https://a.example","a":"https://b.example"}', 'a: is given twice'],
    ['services', JSON.stringify({ a: 'https://a.example', b: 'x'.repeat(4_096) }), '4096 fit'],
    [
      'endpoints/lamp',
      JSON.stringify({ ...ENDPOINT, effect: 'irreversible' }),
      'effect: must not be irreversible',
    ],
    ['endpoints/lamp', JSON.stringify({ ...ENDPOINT, secret: 'http/other' }), 'secret: is not'],
    ['ntfy-url', 'http://ntfy.example/topic', 'ntfy-url must be https://host/topic'],
    ['ntfy-url', 'http://127.0.0.1:2586/topic', 'ntfy-url must be https://host/topic'],
    ['ntfy-token', 'two words', 'ntfy-token must be a token or none'],
  ])('%s refuses %s', async (name, value, problem) => {
    const { sent, ssm } = ssmWith();

    await expect(
      writeParameter(name, value, { stage: 'prod', isLocal: false, ssm }),
    ).rejects.toThrow(problem);
    expect(sent).toEqual([]);
  });

  it('allows the address of the local phone on the local platform only', async () => {
    const { ssm } = ssmWith();
    const local = { stage: 'dev', isLocal: true, ssm };

    expect(await writeParameter('ntfy-url', 'http://127.0.0.1:2586/topic', local)).toBe(1);
    await expect(writeParameter('ntfy-url', 'http://ntfy.example/topic', local)).rejects.toThrow(
      'must be https',
    );
  });

  it.each([
    '',
    'cursor-key',
    'flags/notifications',
    'endpoints/',
    'endpoints/Lamp',
    'endpoints/a/b',
    'endpoints/<name>',
    '__proto__',
    'home/x',
  ])('refuses the name %j and lists those that it knows', async (name) => {
    const { sent, ssm } = ssmWith();

    await expect(writeParameter(name, 'x', { stage: 'dev', isLocal: false, ssm })).rejects.toThrow(
      `NAME must be ${SETTABLE_NAMES.join(', ')}`,
    );
    expect(sent).toEqual([]);
  });

  it.each([
    ['ntfy-url', `https://ntfy.example/${CANARY}/more`],
    ['ntfy-url', `ftp://ntfy.example/${CANARY}`],
    ['ntfy-token', `${CANARY} x`],
  ])('%s shows no part of a value that it refuses (F66)', async (name, value) => {
    const { ssm } = ssmWith();

    const error = await writeParameter(name, value, { stage: 'dev', isLocal: false, ssm }).catch(
      (reason: unknown) => reason,
    );

    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).not.toContain('canary');
  });

  it('shows an error of SSM, unless it contains the value (F66)', async () => {
    const { ssm } = ssmWith();
    const send = vi.spyOn(SSMClient.prototype, 'send');
    const write = () => writeParameter('ntfy-token', CANARY, { stage: 'dev', isLocal: false, ssm });

    send.mockImplementation(async () => {
      throw new Error('not allowed');
    });
    await expect(write()).rejects.toThrow('not allowed');
    send.mockImplementation(async () => {
      throw new Error(`${CANARY} is not allowed`);
    });
    await expect(write()).rejects.toThrow('AWS refused the value with Error');
  });
});
