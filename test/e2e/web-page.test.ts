import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeLogStreamsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { nameOf } from '#scripts/local/clients.ts';
import { parameterName } from '#scripts/local/contents.ts';
import { openBrowser } from '#test/support/browser.ts';
import { aPerson } from './support/people.ts';
import { openPlatform, type Platform } from './support/platform.ts';

const { apiUrl, endpoint, ntfyPort, ntfyTopic } = inject('platform');
const PHONE = `http://127.0.0.1:${ntfyPort}`;
const CALLBACK = `${apiUrl}/callback`;
const EVIL = 'evil.example';
const ATTACK = readFileSync(`${import.meta.dirname}/support/attack.js`, 'utf8');

interface Sent {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

interface Result {
  way: string;
  request: string;
  /** What the page could read of the response. */
  read?: string;
}

const target = (name: string) => ({
  'X-Amz-Target': name,
  'Content-Type': 'application/x-amz-json-1.1',
});

const AT_AWS: Sent[] = [
  { method: 'GET', path: '/2015-03-31/functions' },
  {
    method: 'POST',
    path: '/2015-03-31/functions',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      FunctionName: 'evil',
      Runtime: 'nodejs22.x',
      Role: 'arn:aws:iam::000000000000:role/evil',
      Handler: 'index.handler',
      Code: { ZipFile: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==' },
    }),
  },
  { method: 'POST', path: `/2015-03-31/functions/${nameOf('processor')}/invocations`, body: '{}' },
  { method: 'POST', path: '/', body: 'Action=CreateQueue&QueueName=evil&Version=2012-11-05' },
  {
    method: 'POST',
    path: '/',
    headers: target('AmazonSSM.GetParameter'),
    body: JSON.stringify({ Name: parameterName('ntfy-url'), WithDecryption: true }),
  },
  {
    method: 'POST',
    path: '/',
    headers: target('AmazonSSM.PutParameter'),
    body: JSON.stringify({ Name: parameterName('evil'), Value: 'evil', Type: 'String' }),
  },
  { method: 'PUT', path: '/evil-bucket', body: '' },
  { method: 'POST', path: '/_ministack/reset', body: '' },
  { method: 'GET', path: '/_ministack/health' },
  { method: 'GET', path: `/_ministack/lambda-code/${nameOf('processor')}` },
];

const AT_PHONE: Sent[] = [
  { method: 'POST', path: `/${ntfyTopic}`, body: 'evil' },
  { method: 'PUT', path: `/${ntfyTopic}`, body: 'evil' },
  { method: 'POST', path: '/', body: JSON.stringify({ topic: ntfyTopic, message: 'evil' }) },
  { method: 'GET', path: `/${ntfyTopic}/json?poll=1` },
  { method: 'GET', path: `/${ntfyTopic}/raw?poll=1` },
  { method: 'GET', path: `/${ntfyTopic}/sse` },
  { method: 'GET', path: '/~phone/pushes' },
  {
    method: 'POST',
    path: '/~phone/fault',
    headers: { 'Content-Type': 'application/json' },
    body: '{"fault":"hangs"}',
  },
];

const AT_FRONT: Sent[] = [
  { method: 'GET', path: '/api/health' },
  { method: 'GET', path: '/api/openapi.json' },
  { method: 'POST', path: '/api/auth/refresh', body: '{}' },
  {
    method: 'POST',
    path: '/api/messages',
    headers: { 'Content-Type': 'application/json' },
    body: '{"message_type":"hello_world","payload":{}}',
  },
];

const listen = async (listener: RequestListener): Promise<{ server: Server; port: number }> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
};

const PAGE_TYPE = { 'Content-Type': 'text/html; charset=utf-8' };
const SCRIPT_TYPE = { 'Content-Type': 'text/javascript' };
const ATTACK_PAGE = '<!doctype html><title>attack</title><body><script src="/attack.js"></script>';

// About a hundred requests each. The browser gives up some of them only after a while.
describe('a web page in a real browser', { timeout: 240_000 }, () => {
  let platform: Platform;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const servers: Server[] = [];
  let attackerPort = 0;
  /** A server that allows everything, and the requests that reached it. They show that the attack is real. */
  const victim = { port: 0, received: [] as string[] };

  beforeAll(async () => {
    platform = await openPlatform();
    browser = await openBrowser([
      // The attacker's host name resolves to this machine, as after DNS rebinding.
      `--host-resolver-rules=MAP ${EVIL} 127.0.0.1`,
      // New versions of Chrome do not let pages of the internet access this machine; other browsers do.
      '--disable-features=LocalNetworkAccessChecks',
    ]);
    const attacker = await listen(({ url }, response) => {
      if (url === '/attack.js') response.writeHead(200, SCRIPT_TYPE).end(ATTACK);
      else response.writeHead(200, PAGE_TYPE).end(ATTACK_PAGE);
    });
    const open = await listen((request, response) => {
      victim.received.push(
        `${request.method} ${request.headers.host?.split(':')[0]}${request.url}`,
      );
      request.resume();
      response.writeHead(200, {
        'Access-Control-Allow-Origin': request.headers.origin ?? '*',
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Methods': 'PUT',
        'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? '',
        'Content-Type': 'text/plain',
      });
      response.end('everything');
    });
    servers.push(attacker.server, open.server);
    attackerPort = attacker.port;
    victim.port = open.port;
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await platform.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const attack = (base: string, requests: readonly Sent[]): Promise<Result[]> =>
    page.evaluate(`attack(${JSON.stringify(base)}, ${JSON.stringify(requests)})`);

  /** The attacker's page, on the attacker's server. */
  const openAttacker = (host: string) => page.goto(`http://${host}:${attackerPort}/`);

  /** The attacker's page at an address that was the attacker's when the page was loaded, and is ours now. */
  const openRebound = async (port: number) => {
    const base = `http://${EVIL}:${port}`;
    await page.route(`${base}/attack.js`, (route) =>
      route.fulfill({ headers: SCRIPT_TYPE, body: ATTACK }),
    );
    await page.route(`${base}/attack`, (route) =>
      route.fulfill({ headers: PAGE_TYPE, body: ATTACK_PAGE }),
    );
    await page.goto(`${base}/attack`);
    return base;
  };

  /** The number of invocations of the processor. The local AWS creates the log group at the first one. */
  const invocations = async () => {
    const logGroupName = `/aws/lambda/${nameOf('processor')}`;
    try {
      const { logStreams = [] } = await platform.clients.logs.send(
        new DescribeLogStreamsCommand({ logGroupName }),
      );
      return logStreams.length;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return 0;
      throw error;
    }
  };

  /** Everything that an attack would change or read. */
  const things = async () => {
    const { lambda, sqs } = platform.clients;
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const { body } = await platform.api<{ data: { id: string }[] }>('/api/messages?limit=100');
    return {
      functions: Functions.map(({ FunctionName }) => FunctionName).sort(),
      queues: QueueUrls.sort(),
      invocations: await invocations(),
      messages: body.data.map(({ id }) => id),
      pushes: platform.ntfy.messages(platform.topic).map(({ message }) => message),
      fault: await (await fetch(`${platform.ntfy.url}/~phone/fault`)).json(),
    };
  };

  const secret = async () => {
    const { Parameter } = await platform.clients.ssm.send(
      new GetParameterCommand({ Name: parameterName('ntfy-url'), WithDecryption: true }),
    );
    return Parameter?.Value;
  };

  it('can send requests to a server that allows them, and read the responses', async () => {
    const requests = [...AT_AWS, ...AT_PHONE, ...AT_FRONT];
    await openAttacker('127.0.0.1');

    const results = await attack(`http://127.0.0.1:${victim.port}`, requests);

    const paths = new Set(victim.received.map((line) => line.replace(/\?=?$/, '')));
    for (const { method, path } of requests)
      expect([...paths]).toContain(`${method} 127.0.0.1${path}`);
    const readers = new Set(
      results.flatMap(({ way, read }) => (read === 'everything' ? [way] : [])),
    );
    expect([...readers].sort()).toEqual([
      'XMLHttpRequest',
      'a frame without an origin',
      'fetch',
      'fetch with a preflight',
      'fetch with credentials',
    ]);
    expect(victim.received.filter((line) => line.startsWith('OPTIONS')).length).toBeGreaterThan(0);
  });

  it('can do the same through DNS rebinding', async () => {
    victim.received.length = 0;
    const base = await openRebound(victim.port);

    const results = await attack(base, [{ method: 'GET', path: '/2015-03-31/functions' }]);

    expect(victim.received).toContain(`GET ${EVIL}/2015-03-31/functions`);
    expect(results).toContainEqual({
      way: 'fetch',
      request: 'GET /2015-03-31/functions',
      read: 'everything',
    });
  });

  it.each(['127.0.0.1', 'localhost', EVIL])(
    'of a foreign origin at %s changes and reads nothing of the platform',
    async (host) => {
      const before = await things();
      const url = await secret();
      await openAttacker(host);

      const results = [
        ...(await attack(endpoint, AT_AWS)),
        ...(await attack(PHONE, AT_PHONE)),
        ...(await attack(apiUrl, AT_FRONT)),
      ];

      expect(results.filter(({ read }) => read !== undefined)).toEqual([]);
      expect(results.length).toBeGreaterThan(100);
      expect(await things()).toEqual(before);
      expect(await secret()).toBe(url);
    },
  );

  it.each([
    { what: 'the local AWS', url: endpoint, requests: AT_AWS },
    { what: 'the phone', url: PHONE, requests: AT_PHONE },
    { what: 'the front', url: apiUrl, requests: AT_FRONT },
  ])(
    'that reaches $what through DNS rebinding changes nothing and reads only refusals',
    async ({ url, requests }) => {
      const before = await things();
      const base = await openRebound(Number(new URL(url).port));

      const results = await attack(base, requests);

      const texts = results.flatMap(({ read }) => read ?? []);
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts) expect(text).toContain('Host is not a name of this machine');
      expect(await things()).toEqual(before);
    },
  );

  it('of the local phone shows pushes, and its buttons work', async () => {
    const { ntfy, topic } = platform;
    await page.goto(ntfy.url);
    await page.locator('#state[data-state="live"]').waitFor();

    await fetch(ntfy.topicUrl(topic), { method: 'POST', body: 'Hello from a friend' });
    await page.getByText('Hello from a friend').waitFor();
    await page.getByRole('button', { name: 'answers 503' }).click();
    await page.locator('button[aria-pressed="true"]', { hasText: 'answers 503' }).waitFor();
    const publish = await fetch(ntfy.topicUrl(topic), { method: 'POST', body: 'x' });
    await page.getByRole('button', { name: 'none' }).click();
    await page.locator('button[aria-pressed="true"]', { hasText: 'none' }).waitFor();

    expect(publish.status).toBe(503);
  });

  it('of the front shows the contract, also after a link on another site', async () => {
    await openAttacker(EVIL);
    await page.evaluate(`location.href = ${JSON.stringify(`${apiUrl}/api/docs`)}`);

    await page.getByText('/api/messages').first().waitFor();
  });

  it('of the sign-in accepts a password and redirects to the platform with a code', async () => {
    const { email, password } = await aPerson(platform.clients, 'viewer');
    const answer = await fetch(`${apiUrl}/api/auth/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ redirect_uri: CALLBACK, code_challenge: 'a'.repeat(43) }),
    });
    const { authorization_url, state } = (await answer.json()) as {
      authorization_url: string;
      state: string;
    };
    // A page of the platform sends the browser there, as the dashboard does.
    await page.goto(`${apiUrl}/api/docs`);
    await page.evaluate(`location.href = ${JSON.stringify(authorization_url)}`);

    await page.getByLabel('Username').fill(email);
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.error').waitFor();
    await page.getByLabel('Username').fill(email);
    await page.getByLabel('Password').fill(password);
    const back = page.waitForRequest((request) => request.url().startsWith(CALLBACK));
    await page.getByRole('button', { name: 'Sign in' }).click();

    const { searchParams } = new URL((await back).url());
    expect(searchParams.get('state')).toBe(state);
    expect(searchParams.get('code')).toMatch(/^.+$/);
  });
});
