import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configFolder } from '#scripts/mcp/kept-sign-in.ts';
import { type FakeMcpServer, result, startFakeMcpServer } from './fake-mcp-server.ts';
import { bridgeRunner } from './running-bridge.ts';

let runner: Awaited<ReturnType<typeof bridgeRunner>>;
const servers: FakeMcpServer[] = [];

beforeAll(async () => {
  runner = await bridgeRunner();
});
afterEach(async () => {
  runner.stop();
  await Promise.all(servers.splice(0).map(({ stop }) => stop()));
});
afterAll(() => runner.remove());

const setup = async () => {
  const server = await startFakeMcpServer(({ message }, response) => result(response, message));
  servers.push(server);
  const config = runner.newConfig();
  const folder = join(config, 'rez-agent');
  return {
    server,
    start: () => runner.start(server.address, config),
    file: () => {
      const [name = ''] = readdirSync(folder).filter((each) => each.endsWith('.json'));
      return join(folder, name);
    },
  };
};

const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' });
const count = ({ lines }: FakeMcpServer, line: string) =>
  lines.filter((each) => each === line).length;

describe('the sign-in of the bridge', () => {
  it('finds the server by the well-known paths, registers, and uses PKCE', async () => {
    const { server, start } = await setup();
    const bridge = start();

    bridge.send(ping(1));
    await bridge.answers(1);

    expect(server.lines).toEqual([
      'GET /.well-known/oauth-protected-resource/mcp',
      'GET /.well-known/oauth-authorization-server',
      'POST /oauth/register',
      'GET /oauth/authorize',
      'POST /oauth/token',
      'POST /mcp',
    ]);
    expect(server.forms[0]).toMatchObject({
      ...{ grant_type: 'authorization_code', client_id: 'client-1', resource: server.address },
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
    });
    expect(bridge.output.stderr).toContain(`${new URL(server.address).origin}/oauth/authorize?`);
  });

  it('keeps the refresh token for the next start, only for the person, and no access token', async () => {
    const { server, start, file } = await setup();
    const first = start();
    first.send(ping(1));
    await first.end();

    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({
      address: server.address,
      client_id: 'client-1',
      refresh_token: [...server.refresh][0],
    });
    const second = start();
    second.send(ping(2));
    expect(await second.answers(1)).toMatchObject([{ id: 2, result: {} }]);
    expect(count(server, 'GET /oauth/authorize')).toBe(1);
    expect(JSON.parse(readFileSync(file(), 'utf8')).refresh_token).toBe([...server.refresh][0]);
  });

  it('is shared by requests that arrive together, and by two bridges', async () => {
    const { server, start } = await setup();
    const [one, other] = [start(), start()];

    one.send(ping(1), ping(2), ping(3));
    other.send(ping(4), ping(5));
    await Promise.all([one.answers(3), other.answers(2)]);

    expect(count(server, 'GET /oauth/authorize')).toBe(1);
    expect(server.refresh.size).toBe(1);
    expect(server.calls).toHaveLength(5);
  });

  it('is not repeated when a token has expired: it is renewed, and the request is sent again', async () => {
    const { server, start } = await setup();
    const bridge = start();
    bridge.send(ping(1));
    await bridge.answers(1);

    server.access.clear();
    bridge.send(ping(2), ping(3));
    const answers = await bridge.answers(3);

    expect(answers.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
    expect(server.forms.map(({ grant_type }) => grant_type)).toEqual([
      'authorization_code',
      'refresh_token',
    ]);
  });

  it('renews a token before it expires', async () => {
    const { server, start } = await setup();
    server.grant.expires_in = 0;
    const bridge = start();

    bridge.send(ping(1));
    await bridge.answers(1);
    bridge.send(ping(2));
    await bridge.answers(2);

    expect(server.forms.map(({ grant_type }) => grant_type)).toEqual([
      'authorization_code',
      'refresh_token',
    ]);
    expect(count(server, 'POST /mcp')).toBe(2);
  });

  it.each(['a refused refresh token', 'a file that cannot be read'])(
    'happens again after %s',
    async (what) => {
      const { server, start, file } = await setup();
      const first = start();
      first.send(ping(1));
      await first.end();
      server.refresh.clear();
      if (what.startsWith('a file')) writeFileSync(file(), '{"refresh_token":');

      const second = start();
      second.send(ping(2));
      const answers = await second.answers(1);

      expect(answers).toMatchObject([{ id: 2, result: {} }]);
      expect(count(server, 'GET /oauth/authorize')).toBe(2);
      expect(JSON.parse(readFileSync(file(), 'utf8')).refresh_token).toBe([...server.refresh][0]);
    },
  );

  it.each([
    { landing: { iss: 'https://evil.example' }, says: 'ssuer' },
    { landing: { iss: undefined }, says: 'ssuer' },
    { landing: { code: undefined, error: 'access_denied' }, says: 'not signed in: access_denied' },
  ])('fails with the redirect $landing, for every request that waits', async (example) => {
    const { server, start } = await setup();
    server.landing = example.landing;
    const bridge = start();

    bridge.send(ping(1), ping(2));
    const answers = await bridge.answers(2);
    bridge.send(ping(3));

    expect(await bridge.answers(3)).toHaveLength(3);
    for (const { error } of answers) expect(error).toHaveProperty('code', -32_000);
    expect(JSON.stringify(answers)).toContain(example.says);
    expect(server.forms).toEqual([]);
    expect(count(server, 'GET /oauth/authorize')).toBe(1);
  });

  it('does not accept the redirect of another sign-in', async () => {
    const { server, start } = await setup();
    server.landing = { state: 'another' };
    const bridge = start();

    bridge.send(ping(1));
    await expect.poll(() => count(server, 'GET /oauth/authorize')).toBe(1);
    server.landing = {};
    const page = /http:\S+\/oauth\/authorize\S+/.exec(bridge.output.stderr)?.[0] ?? '';
    await fetch(page);

    expect(await bridge.answers(1)).toMatchObject([{ id: 1, result: {} }]);
  });
});

describe('the folder of the configuration', () => {
  it.each([
    [{ XDG_CONFIG_HOME: '/settings' }, 'linux', /^\/settings\/rez-agent$/],
    [{ XDG_CONFIG_HOME: 'relative' }, 'linux', /^\/.*\/\.config\/rez-agent$/],
    [{}, 'darwin', /^\/.*\/\.config\/rez-agent$/],
    [{ APPDATA: '/roaming', XDG_CONFIG_HOME: '/settings' }, 'win32', /^\/roaming\/rez-agent$/],
  ] as const)('of %j on %s is the one of that system', (env, platform, expected) => {
    expect(configFolder(env, platform)).toMatch(expected);
  });
});
