import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { nameOf } from '#scripts/local/clients.ts';
import { parameterName } from '#scripts/local/contents.ts';
import { FRONT_HEADER } from '#scripts/local/guard.ts';
import { poolOf } from '#scripts/users/pool.ts';
import {
  foreignFetches,
  foreignHosts,
  foreignNavigation,
  foreignOrigins,
  foreignRequests,
  ownHosts,
  type Received,
  type Sent,
  sendExactly,
  WEB_SOCKET,
} from '#test/support/browser-requests.ts';
import { openPlatform, type Platform } from './support/platform.ts';

const { endpoint } = inject('platform');
const HOST = new URL(endpoint).host;
const FORM = ['Content-Type', 'application/x-www-form-urlencoded'];
const SIGNATURE = [
  'Authorization',
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0',
];
const PAGE = '/oauth2/authorize?response_type=code&client_id=c&redirect_uri=http://localhost/';

type Attack = Omit<Sent, 'headers'> & { what: string; with?: readonly string[] };

/** Requests of a page to the local AWS. `with` contains headers that a page can send without a preflight. */
const ATTACKS: Attack[] = [
  { what: 'list functions', path: '/2015-03-31/functions' },
  {
    what: 'create a function',
    method: 'POST',
    path: '/2015-03-31/functions',
    body: '{"FunctionName":"evil"}',
  },
  {
    what: 'invoke a function',
    method: 'POST',
    path: `/2015-03-31/functions/${nameOf('sweeper')}/invocations`,
    body: '{}',
  },
  { what: 'read its code', path: `/_ministack/lambda-code/${nameOf('sweeper')}` },
  { what: 'create a queue', method: 'POST', with: FORM, body: 'Action=CreateQueue&QueueName=evil' },
  { what: 'list queues', path: '/?Action=ListQueues' },
  {
    what: 'a batch of an old protocol',
    method: 'POST',
    with: ['Content-Type', 'text/plain'],
    body: 'Action=ListUsers',
  },
  { what: 'list buckets', path: '/' },
  { what: 'create a bucket', method: 'PUT', path: '/evil' },
  {
    what: 'a presigned address',
    path: '/evil/object?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0',
  },
  { what: 'list APIs', path: '/v2/apis' },
  { what: 'call the API by path', path: '/_aws/execute-api/any/$default/api/health' },
  {
    what: 'call the API by the older path',
    path: '/restapis/any/$default/_user_request_/api/health',
  },
  { what: 'list schedules', path: '/schedules' },
  { what: 'reset everything', method: 'POST', path: '/_ministack/reset' },
  {
    what: 'change settings',
    method: 'POST',
    path: '/_ministack/config',
    body: '{"lambda_svc.LAMBDA_EXECUTOR":"docker"}',
  },
  { what: 'ask for health', path: '/_ministack/health' },
  { what: 'read messages of queues', path: '/_aws/sqs/messages?QueueUrl=x' },
  { what: 'read e-mails', path: '/_aws/ses' },
  { what: 'read the metadata of a machine', path: '/latest/meta-data/' },
  { what: 'read the pool from another prefix', path: '/x/us-east-1_abc/.well-known/jwks.json' },
  { what: 'sign out', path: '/logout?client_id=c&logout_uri=http://localhost/' },
  {
    what: 'upload the result of a stack',
    method: 'PUT',
    path: '/_ministack/cfn-response/x',
    body: '{}',
  },
  { what: 'a preflight', method: 'OPTIONS', path: '/2015-03-31/functions' },
];

const corsHeaders = ({ headers }: Received) =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

const send = (sent: Sent) => sendExactly(endpoint, sent);

describe('the local AWS', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await openPlatform();
  });
  afterAll(() => platform.close());

  /** The things that an attack would change or read. */
  const things = async () => {
    const { lambda, sqs } = platform.clients;
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    return {
      functions: Functions.map(({ FunctionName }) => FunctionName).sort(),
      queues: QueueUrls.sort(),
    };
  };

  it.each(foreignRequests(HOST))(
    'refuses every request of a foreign page: %s',
    async (_, headers) => {
      const before = await things();

      for (const { what, with: more = [], ...attack } of ATTACKS) {
        const answer = await send({ ...attack, headers: [...headers, ...more] });

        expect([400, 403], what).toContain(answer.status);
        expect(corsHeaders(answer), what).toEqual([]);
      }
      expect(await things()).toEqual(before);
    },
  );

  it.each(ATTACKS)(
    'refuses a request without a signature, even when it has no Origin: $what',
    async ({ what: _, with: more = [], ...attack }) => {
      const answer = await send({ ...attack, headers: ['Host', HOST, ...more] });

      expect(answer.status).toBe(403);
      expect(corsHeaders(answer)).toEqual([]);
    },
  );

  it.each([...foreignHosts(HOST), ...foreignOrigins(HOST), ...foreignFetches(HOST)])(
    'refuses signed requests, targets and forms of the sign-in with %s',
    async (_, headers) => {
      const requests: Sent[] = [
        { path: '/2015-03-31/functions', headers: SIGNATURE },
        { method: 'POST', headers: ['X-Amz-Target', 'AmazonSSM.DescribeParameters'], body: '{}' },
        { path: PAGE, headers: [] },
        { method: 'POST', path: '/oauth2/token', headers: FORM, body: 'grant_type=x' },
        { method: 'POST', path: '/login', headers: FORM, body: 'username=x' },
        { path: '/oauth2/userInfo', headers: [] },
      ];

      for (const request of requests) {
        const answer = await send({ ...request, headers: [...headers, ...request.headers] });

        expect([400, 403], request.path).toContain(answer.status);
        expect(corsHeaders(answer)).toEqual([]);
      }
    },
  );

  it.each([
    ['Basic dGVzdDp0ZXN0', 'a password in the address'],
    ['Bearer AWS4-HMAC-SHA256 x', 'a token'],
    ['AWS4-HMAC-SHA256x', 'something like a signature'],
    ['', 'nothing'],
  ])('accepts no other Authorization as a signature: %s, %s', async (authorization) => {
    const { status } = await send({
      path: '/2015-03-31/functions',
      headers: ['Host', HOST, 'Authorization', authorization],
    });

    expect(status).toBe(403);
  });

  it('refuses a request target that is a complete URL', async () => {
    const { status } = await send({
      path: 'http://evil.example/2015-03-31/functions',
      headers: ['Host', HOST, ...SIGNATURE],
    });

    expect(status).toBe(403);
  });

  it.each(['https://evil.example', `http://${HOST}`, undefined])(
    'refuses a WebSocket to a page of %s',
    async (origin) => {
      const { status } = await send({
        path: '/_aws/execute-api/any/$default',
        headers: [
          ...['Host', HOST, ...WEB_SOCKET],
          ...(origin === undefined ? [] : ['Origin', origin]),
        ],
      });

      expect(status).toBe(403);
    },
  );

  it.each(ownHosts(HOST))('accepts the SDK, Terraform and the front at %s', async (host) => {
    const signed = await send({
      path: '/2015-03-31/functions',
      headers: ['Host', host, ...SIGNATURE],
    });
    const target = await send({
      method: 'POST',
      headers: [
        'Host',
        host,
        'X-Amz-Target',
        'AmazonSSM.DescribeParameters',
        'Content-Type',
        'application/x-amz-json-1.1',
      ],
      body: '{}',
    });
    const front = await send({
      path: '/_ministack/health',
      headers: ['Host', host, ...Object.entries(FRONT_HEADER).flat()],
    });

    expect([signed, target, front].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect([signed, target, front].flatMap(corsHeaders)).toEqual([]);
  });

  it('serves the sign-in to a browser: the page after a link, the form from that page, and the keys', async () => {
    const { id } = await poolOf(platform.clients.cognito, 'dev');
    const form = { method: 'POST', path: '/login', body: 'username=nobody&password=x' };

    const page = await send({ path: PAGE, headers: foreignNavigation(HOST) });
    const login = await send({
      ...form,
      headers: ['Host', HOST, 'Origin', `http://${HOST}`, ...FORM],
    });
    const keys = await send({ path: `/${id}/.well-known/jwks.json`, headers: ['Host', HOST] });
    const token = await send({
      method: 'POST',
      path: '/oauth2/token',
      headers: ['Host', HOST, ...FORM],
      body: 'grant_type=x',
    });
    const userInfo = await send({ path: '/oauth2/userInfo', headers: ['Host', HOST] });

    const statuses = [page, login, keys, token, userInfo].map(({ status }) => status);
    expect(statuses).not.toContain(403);
    expect(keys.status).toBe(200);
    expect([page, login, keys, token, userInfo].flatMap(corsHeaders)).toEqual([]);
  });

  it('lets no origin read errors or responses about things that do not exist', async () => {
    const requests: Sent[] = [
      { path: '/2015-03-31/functions/nobody', headers: SIGNATURE },
      { path: '/no-such-bucket/object', headers: SIGNATURE },
      { method: 'POST', headers: ['X-Amz-Target', 'NoSuch.Operation'], body: '{' },
      { method: 'OPTIONS', path: '/no-such-bucket', headers: SIGNATURE },
    ];

    for (const request of requests) {
      const answer = await send({ ...request, headers: ['Host', HOST, ...request.headers] });

      expect(corsHeaders(answer), request.path).toEqual([]);
    }
  });

  it('does not reveal the values of parameters to a foreign page', async () => {
    const { Parameter } = await platform.clients.ssm.send(
      new GetParameterCommand({ Name: parameterName('ntfy-url'), WithDecryption: true }),
    );
    const secret = new URL(Parameter?.Value ?? '').pathname;

    for (const [what, headers] of foreignRequests(HOST)) {
      const { body } = await send({
        method: 'POST',
        headers: [...headers, 'X-Amz-Target', 'AmazonSSM.GetParameter'],
        body: JSON.stringify({ Name: parameterName('ntfy-url'), WithDecryption: true }),
      });

      expect(body, what).not.toContain(secret);
    }
  });
});
