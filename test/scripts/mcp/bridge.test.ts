import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type AnswerCall,
  type FakeMcpServer,
  json,
  result,
  startFakeMcpServer,
} from './fake-mcp-server.ts';
import { bridgeRunner, NODE } from './running-bridge.ts';

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

const setup = async (answer: AnswerCall = ({ message }, response) => result(response, message)) => {
  const server = await startFakeMcpServer(answer);
  servers.push(server);
  return { server, bridge: runner.start(server.address) };
};

const request = (id: number | string, method = 'ping', params?: unknown) => ({
  ...{ jsonrpc: '2.0', id, method },
  ...(params === undefined ? {} : { params }),
});

describe('the lines of a client', () => {
  it('are posted as they were written, and answered by one line each', async () => {
    const { server, bridge } = await setup(({ message }, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(`{ "jsonrpc": "2.0",\r\n\n "id": ${message.id}, "result": { "n": 1.0 } }\n`);
    });

    bridge.sendRaw('{"jsonrpc":"2.0", "id":7,\t"method":"ping","params":{"n":1.00}}\r\n');
    await bridge.answers(1);

    expect(server.calls[0]?.text).toBe(
      '{"jsonrpc":"2.0", "id":7,\t"method":"ping","params":{"n":1.00}}',
    );
    expect(bridge.output.stdout).toBe('{ "jsonrpc": "2.0",  "id": 7, "result": { "n": 1.0 } }\n');
    expect(await bridge.end()).toBe(0);
  });

  it('are found in chunks that split characters and join lines', async () => {
    const { server, bridge } = await setup();
    const text = JSON.stringify(request('ä', 'ping', { text: '😀 naïve' }));
    const bytes = Buffer.from(`${text}\n\r\n  \n${JSON.stringify(request(2))}\n`);

    for (const byte of bytes.subarray(0, 70)) bridge.sendRaw(Uint8Array.of(byte));
    bridge.sendRaw(bytes.subarray(70));
    const answers = await bridge.answers(2);

    expect(new Set(answers.map(({ id }) => id))).toEqual(new Set(['ä', 2]));
    expect(server.calls.map((call) => call.text)).toContain(text);
    await bridge.end();
    expect(bridge.output.stdout.split('\n')).toHaveLength(3);
  });

  it('can have a megabyte, and their answers more', async () => {
    const { bridge } = await setup(({ message }, response) =>
      result(response, message, { text: 'é'.repeat(1_500_000), was: message.params?.size }),
    );
    const filler = 'x'.repeat(1024 * 1024 - 200);

    bridge.send(request(1, 'ping', { size: filler.length, filler }));
    const [answer] = await bridge.answers(1);

    expect(answer).toMatchObject({ id: 1, result: { was: filler.length } });
    expect(answer).toHaveProperty('result.text.length', 1_500_000);
  });

  it('that cannot be read are answered with an error without an id, and the next ones work', async () => {
    const { server, bridge } = await setup();

    bridge.sendRaw('{"jsonrpc":"2.0",\n');
    bridge.sendRaw(Buffer.from([0x22, 0xff, 0x22, 0x0a]));
    bridge.sendRaw(`"${'x'.repeat(1024 * 1024)}"\n`);
    bridge.sendRaw('17\n[]\n{"id":3,"method":4}\n');
    bridge.send(request(9));
    const answers = await bridge.answers(7);

    const errors = answers.map(({ id, error }) => [id, (error as { code: number })?.code]);
    expect(errors).toEqual([
      [null, -32_700],
      [null, -32_700],
      [null, -32_700],
      [null, -32_600],
      [null, -32_600],
      [3, -32_600],
      [9, undefined],
    ]);
    expect(server.calls).toHaveLength(1);
  });

  it('run at the same time, and are answered in the order of the server', async () => {
    let release = () => {};
    const { bridge } = await setup(({ message }, response) => {
      if (message.id === 1) release = () => result(response, message);
      else result(response, message);
    });

    bridge.send(request(1), request(2), request(3));
    await bridge.answers(2);
    release();
    const answers = await bridge.answers(3);

    expect(answers.slice(0, 2).map(({ id }) => id)).not.toContain(1);
    expect(answers[2]).toMatchObject({ id: 1 });
  });

  it('without an id are posted, and nothing is written for them', async () => {
    const { server, bridge } = await setup((_, response) => {
      json(response, 500, { jsonrpc: '2.0', id: null, error: { code: -32_603, message: 'no' } });
    });

    bridge.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await expect.poll(() => server.calls.length).toBe(1);
    await bridge.end();

    expect(bridge.output.stdout).toBe('');
  });

  it('that are open when the input ends are still answered', async () => {
    const { bridge } = await setup(({ message }, response) => {
      setTimeout(() => result(response, message), 200);
    });

    bridge.send(request(1));
    const code = await bridge.end();

    expect(JSON.parse(bridge.output.stdout)).toMatchObject({ id: 1, result: {} });
    expect(code).toBe(0);
  });
});

describe('the headers of the transport', () => {
  it('name the revision that was negotiated', async () => {
    const { server, bridge } = await setup(({ message }, response) =>
      result(response, message, { protocolVersion: '2025-06-18' }),
    );

    bridge.send(request(1, 'initialize', { protocolVersion: '2025-11-25' }));
    await bridge.answers(1);
    bridge.send(request(2, 'tools/list'));
    await bridge.answers(2);

    const [first, second] = server.calls.map(({ headers }) => headers);
    expect(first).not.toHaveProperty('mcp-protocol-version');
    expect(first?.accept).toBe('application/json, text/event-stream');
    expect(second).toMatchObject({ 'mcp-protocol-version': '2025-06-18' });
    expect(second).not.toHaveProperty('mcp-method');
  });

  it('repeat revision, method and name of a message of 2026-07-28', async () => {
    const { server, bridge } = await setup();
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

    bridge.send(request(1, 'tools/call', { name: 'get_runs', _meta }));
    await bridge.answers(1);
    bridge.send(request(2, 'tools/call', { name: 'naïve', _meta }));
    await bridge.answers(2);

    expect(server.calls[0]?.headers).toMatchObject({
      ...{ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' },
      'mcp-name': 'get_runs',
    });
    expect(server.calls[1]?.headers['mcp-name']).toBe('=?base64?bmHDr3Zl?=');
  });
});

describe('a request that the server does not complete', () => {
  it('is answered with its id when the server cannot be reached', async () => {
    const { server, bridge } = await setup();
    await server.stop();

    bridge.send(request('a', 'tools/call', { name: 'x' }));
    const [answer] = await bridge.answers(1);

    expect(answer).toMatchObject({ jsonrpc: '2.0', id: 'a', error: { code: -32_000 } });
    expect(JSON.stringify(answer)).toContain('cannot reach http://127.0.0.1');
  });

  it.each([
    { status: 403, body: '', says: 'your role does not allow this' },
    { status: 429, body: '', says: 'too many calls; wait a minute' },
    { status: 500, body: '<p>no</p>', says: 'the server answered with the status 500' },
    {
      status: 413,
      body: '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"at most 256 KB"}}',
      says: 'at most 256 KB',
    },
    { status: 200, body: '<p>yes</p>', says: 'something that is not JSON-RPC' },
    { status: 202, body: '', says: 'the server sent no answer' },
    { status: 200, body: '{"jsonrpc":"2.0","id":8,"result":{}}', says: 'another request' },
  ])('keeps its id with the status $status and "$body"', async ({ status, body, says }) => {
    const { server, bridge } = await setup((_, response) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    });

    bridge.send(request(5, 'tools/call', { name: 'book' }));
    const answers = await bridge.answers(1);

    expect(answers).toMatchObject([{ id: 5, error: { message: expect.stringContaining(says) } }]);
    expect(server.calls).toHaveLength(1);
  });

  it('is repeated when it reads, and not when it changes something', async () => {
    const tools = [{ name: 'look', annotations: { readOnlyHint: true } }, { name: 'book' }];
    const { server, bridge } = await setup(({ message }, response, n) => {
      if (n % 2 === 1) response.writeHead(503, { 'Retry-After': '0' }).end();
      else result(response, message, { tools });
    });

    bridge.send(request(1, 'tools/list'));
    await bridge.answers(1);
    bridge.send(request(2, 'tools/call', { name: 'look' }));
    await bridge.answers(2);
    bridge.send(request(3, 'tools/call', { name: 'book' }));
    const answers = await bridge.answers(3);

    expect(answers.map(({ id, error }) => [id, error !== undefined])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(server.calls).toHaveLength(5);
  });

  it('does not wait for a Retry-After of a minute', async () => {
    const { bridge } = await setup((_, response) => {
      response.writeHead(429, { 'Retry-After': '60' }).end();
    });

    bridge.send(request(1));

    expect(await bridge.answers(1)).toMatchObject([{ id: 1, error: { data: { status: 429 } } }]);
  });
});

describe('an answer as a stream of events', () => {
  it('becomes lines, and ends with the answer of the request', async () => {
    const { bridge } = await setup(({ message }, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(
        ': hello\r\n\r\nevent: message\ndata: {"jsonrpc":"2.0",\ndata: "method":"n"}\n',
      );
      response.write(`\ndata:{"jsonrpc":"2.0","id":${message.id},"result":{}}\n\n`);
    });

    bridge.send(request(4));
    const answers = await bridge.answers(2);

    expect(answers).toEqual([
      { jsonrpc: '2.0', method: 'n' },
      { jsonrpc: '2.0', id: 4, result: {} },
    ]);
    expect(await bridge.end()).toBe(0);
  });

  it('that ends without an answer is an error with the id', async () => {
    const { bridge } = await setup((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end('data: {"a":1}\n\n');
    });

    bridge.send(request(4));

    expect(await bridge.answers(2)).toMatchObject([{ a: 1 }, { id: 4, error: { code: -32_000 } }]);
  });
});

describe('a bridge', () => {
  it('ends without a stack trace when nobody reads its answers any more', async () => {
    const { bridge } = await setup();
    bridge.send(request(1));
    await bridge.answers(1);

    bridge.stopReading();
    bridge.send(request(2), request(3), request(4));

    expect(await bridge.exited).toBe(0);
    expect(bridge.output.stderr).not.toContain('EPIPE');
  });

  it('ends when its parent process has ended, although its input is open', async () => {
    const { server } = await setup();
    const program = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.argv[1], process.argv.slice(2), { stdio: ['inherit', 'ignore', 'ignore'], detached: true });
      process.stdout.write(String(child.pid));
      setTimeout(() => process.exit(), 1000);
    `;
    const parent = spawn(NODE, ['-e', program, NODE, runner.bundle, server.address]);
    let printed = '';
    parent.stdout.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });

    await new Promise((resolve) => parent.on('exit', resolve));

    expect(Number(printed)).toBeGreaterThan(1);
    await expect.poll(() => isRunning(Number(printed))).toBe(false);
    parent.stdin.end();
  });

  it.each(['http://example.org/mcp', 'https://a:b@example.org/mcp', 'nothing', 'ftp://localhost/'])(
    'does not start for the address %s',
    async (address) => {
      const bridge = runner.start(address);

      expect(await bridge.exited).toBe(1);
      expect(bridge.output).toEqual({ stdout: '', stderr: expect.stringContaining('mcp-bridge') });
    },
  );
});

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
