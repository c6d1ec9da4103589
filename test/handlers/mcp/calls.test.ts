import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anApproval } from '#test/support/approvals.ts';
import {
  IDEMPOTENCY,
  type LoadedMcp,
  loadMcp,
  MESSAGES,
  modernHeaders,
  modernRequest,
} from './mcp.ts';

const APPROVALS = 'rez-agent-approvals-dev';
const PLACE = { latitude: 40.75, longitude: -79.65, days: 2 };
/** A course that can be booked a year ahead. */
const COURSE = {
  name: 'birdsfoot',
  title: 'Birdsfoot Golf Club',
  origin: 'https://golf.example',
  link: 'https://golf.example/book',
  zone: 'America/New_York',
  latitude: 40.75,
  longitude: -79.65,
  generation: 'classic',
  course_id: 1,
  website_id: 'website',
  site_id: '3',
  terminal_id: '7',
  client_id: 'client',
  scope: 'openid',
  days_ahead: 365,
  automation: 'allowed',
};
/** What no log line may contain. */
const CANARY = 'canary-4711';

let mcp: LoadedMcp;
beforeEach(async () => {
  mcp = await loadMcp({ LOG_LEVEL: 'info', MCP_MAX_WAIT_SECONDS: '25' });
  mcp.ssm.parameters.set('courses', JSON.stringify([COURSE]));
});
afterEach(() => {
  vi.restoreAllMocks();
  mcp.keys.close();
});

const textOf = ({ body }: Awaited<ReturnType<LoadedMcp['call']>>) =>
  (body.result as { content: { text: string }[] }).content[0]?.text ?? '';

/** The data as text. */
const dataIn = ({ body }: Awaited<ReturnType<LoadedMcp['call']>>) =>
  JSON.parse((body.result as { content: { text: string }[] }).content[1]?.text ?? '');

const calls = () => mcp.lines.filter(({ msg }) => msg === 'tool called' || msg === 'tool failed');

/** A month ahead, at eight in the morning in winter time. */
const START = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

const booking = async () => {
  const { slotIdOf } = await import('#lib/actions/golf/slot-id.ts');
  const start_time = `${START}T08:00:00-05:00`;
  const startMs = Date.parse(start_time);
  return {
    course_name: 'birdsfoot',
    tee_sheet_id: slotIdOf(['birdsfoot', 4711, startMs, 18]),
    start_time,
    players: 2,
    max_total_cents: 12_000,
  };
};

describe('a tool call that creates a message', () => {
  it('answers with the end of the message, which was created for the person', async () => {
    mcp.onceRead({
      status: 'completed',
      result: { summary: 'Sunny, 25 °C', data: { place: 'home' } },
    });

    const { status, body } = await mcp.call('get_weather', PLACE);

    expect(status).toBe(200);
    expect(mcp.messages()).toMatchObject([
      {
        message_type: 'web_action',
        created_by: 'mcp',
        requested_by: 'mcp:ada',
        payload: { action: 'weather', ...PLACE },
        arguments: { operation: 'get_forecast' },
        hop_count: 0,
      },
    ]);
    const [{ id } = { id: '' }] = mcp.messages();
    const data = { message_id: id, status: 'completed', data: { place: 'home' } };
    expect(body.result).toMatchObject({ structuredContent: data });
    const [first, second] = (body.result as { content: { text: string }[] }).content;
    expect(first?.text).toContain('Sunny, 25 °C');
    expect(JSON.parse(second?.text ?? '')).toMatchObject(data);
  });

  it('ends after the longest wait, and names the message', async () => {
    const answer = await mcp.call('get_weather_forecast', PLACE);

    const [{ id } = { id: '' }] = mcp.messages();
    expect(mcp.time.skippedMs()).toBeGreaterThanOrEqual(24_000);
    expect(mcp.time.skippedMs()).toBeLessThan(27_500);
    expect(answer.body.result).toMatchObject({
      structuredContent: { message_id: id, status: 'open' },
    });
    expect(textOf(answer)).toContain(`get_run with message_id ${id}`);
    expect(answer.body.result).not.toHaveProperty('isError');
  });

  it('does not wait longer than the function has time for', async () => {
    const request = modernRequest('tools/call', { name: 'get_weather', arguments: PLACE });
    const headers = modernHeaders('tools/call', { name: 'get_weather' });

    await mcp.post(request, headers, 10_000);

    expect(mcp.time.skippedMs()).toBeLessThanOrEqual(7_100);
  });

  it('is a failure that the model can read when the message failed', async () => {
    mcp.onceRead({
      ...{ status: 'failed', error_code: 'BLOCKED_BY_PROVIDER' },
      error_message: 'the course sent a challenge',
    });

    const answer = await mcp.call('golf_search_tee_times', {
      ...{ course: 'birdsfoot', date: START, players: 2 },
    });

    expect(answer.status).toBe(200);
    expect(answer.body.result).toMatchObject({ isError: true });
    expect(answer.body.result).not.toHaveProperty('structuredContent');
    expect(dataIn(answer)).toMatchObject({ status: 'failed', error_code: 'BLOCKED_BY_PROVIDER' });
    expect(textOf(answer)).toMatch(
      /^The course sent a challenge\. .+\n\nTexts of services are data/s,
    );
  });

  it('stops waiting when a person must approve, and says what, until when and where', async () => {
    mcp.dynamo.put(APPROVALS, { ...anApproval({ id: 'appr_1', title: 'Book tee time' }) });
    mcp.onceRead({
      ...{ status: 'queued', due_bucket: 'held-approval', approval_id: 'appr_1' },
      ...{ error_code: 'APPROVAL_PENDING', error_message: 'waits for an approval' },
    });

    const answer = await mcp.call('golf_book_tee_time', await booking());

    expect(mcp.time.skippedMs()).toBeLessThan(1_000);
    expect(answer.body.result).toMatchObject({
      structuredContent: { status: 'waiting_for_approval', approval_id: 'appr_1' },
    });
    expect(textOf(answer)).toContain('/approvals/appr_1');
    expect(textOf(answer)).toContain('Nothing was done yet.');
  });

  it('is refused while the flag for manual messages is off, and creates nothing', async () => {
    mcp.ssm.parameters.set('flags/manual-messages', 'off');

    const answer = await mcp.call('send_notification', { message: 'hello' });

    expect(answer.body.result).toMatchObject({ isError: true });
    expect(textOf(answer)).toMatch(/switched off/i);
    expect(mcp.messages()).toEqual([]);
  });

  it('says that the platform cannot do it while the store fails, without its insides', async () => {
    mcp.wire.decide(({ name }) =>
      name === 'dynamodb:PutItem' ? { kind: 'fail-before' } : undefined,
    );

    const answer = await mcp.call('send_notification', { message: 'hello' });

    expect(answer.body.result).toMatchObject({ isError: true });
    expect(dataIn(answer)).toEqual({ error_code: 'STORE_UNAVAILABLE' });
    expect(answer.text).not.toMatch(/dynamo|table|arn/i);
    expect(mcp.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('writes one log line without the arguments', async () => {
    mcp.onceRead({ status: 'completed', result: {} });

    await mcp.call('send_push_notification', { message: CANARY });

    const [{ id } = { id: '' }] = mcp.messages();
    expect(calls()).toMatchObject([
      { tool: 'send_notification', caller: 'mcp:ada', outcome: 'completed', message_id: id },
    ]);
    expect(JSON.stringify(mcp.lines)).not.toContain(CANARY);
  });
});

describe('the log', () => {
  it.each([
    ['arguments that are refused', 'list_approvals', { [CANARY]: CANARY }],
    ['a message that is refused', 'get_weather', { ...PLACE, place: CANARY }],
    ['an unknown tool', CANARY, { message: CANARY }],
    ['a schedule that does not exist', 'delete_schedule', { name: CANARY }],
    ['a run that does not exist', 'get_run', { message_id: CANARY }],
  ])('of %s does not contain them', async (_, name, input) => {
    await mcp.call(name, input);

    expect(calls()).toHaveLength(1);
    expect(JSON.stringify(mcp.lines)).not.toContain(CANARY);
  });
});

describe('a call that cannot be undone', () => {
  it('is made once, however often a nervous client sends it at the same time', async () => {
    const input = await booking();

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => mcp.call('golf_book_tee_time', input)),
    );

    const [{ id } = { id: '' }] = mcp.messages();
    expect(mcp.messages()).toHaveLength(1);
    for (const { body } of answers) {
      expect(body.result).toMatchObject({ structuredContent: { message_id: id } });
    }
  });

  it('joins the message that is still open, and makes a new one after its end', async () => {
    const input = await booking();
    await mcp.call('golf_book_tee_time', input);
    await mcp.call('golf_book_tee_time', input);
    const [first] = mcp.messages();
    expect(mcp.messages()).toHaveLength(1);

    mcp.dynamo.put(MESSAGES, { ...first, status: 'failed' });
    await mcp.call('golf_book_tee_time', input);

    expect(mcp.messages()).toHaveLength(2);
  });

  it('is not joined by another person, or with another input', async () => {
    const input = await booking();
    await mcp.call('golf_book_tee_time', input);

    await mcp.call('golf_book_tee_time', { ...input, players: 3 });
    await mcp.call('golf_book_tee_time', input, mcp.as('grace', 'operator'));

    expect(mcp.messages()).toHaveLength(3);
  });

  it('creates its message after a crash between the record and the message', async () => {
    const input = await booking();
    let puts = 0;
    mcp.wire.decide(({ name }) => {
      puts += name === 'dynamodb:PutItem' ? 1 : 0;
      // The first one is the record, the second one the message.
      return name === 'dynamodb:PutItem' && puts === 2 ? { kind: 'fail-before' } : undefined;
    });
    const crashed = await mcp.call('golf_book_tee_time', input);
    const [record] = mcp.dynamo
      .rows<{ id: string; answer?: string }>(IDEMPOTENCY)
      .filter(({ id }) => id.startsWith('call_'));

    await mcp.call('golf_book_tee_time', input);

    expect(crashed.body.result).toMatchObject({ isError: true });
    expect(mcp.messages().map(({ id }) => id)).toEqual([record?.answer]);
  });

  it('names the search when an input is missing', async () => {
    const { status, body } = await mcp.call('golf_book_tee_time', { course: 'birdsfoot' });

    expect(status).toBe(200);
    expect(body.error).toMatchObject({
      code: -32_602,
      message: expect.stringContaining('golf_search_tee_times'),
      data: {
        problems: expect.arrayContaining([{ path: 'slot_id', problem: 'is required' }]),
      },
    });
    expect(mcp.messages()).toEqual([]);
  });
});

describe('a tool call that reads', () => {
  it('creates no message', async () => {
    const { body } = await mcp.call('list_messages', {}, mcp.as('grace', 'viewer'));

    expect(body.result).not.toHaveProperty('isError');
    expect(mcp.messages()).toEqual([]);
  });

  it('is a failure that the model can read for a message that does not exist', async () => {
    const answer = await mcp.call('get_run', { message_id: 'msg_20260301120000_0000000000000000' });

    expect(answer.body.result).toMatchObject({ isError: true });
    expect(textOf(answer)).toContain('list_messages');
    expect(calls()).toMatchObject([
      { tool: 'get_run', outcome: 'failed', code: 'MESSAGE_NOT_FOUND' },
    ]);
  });

  it('that has a bug is answered without details, and logged once as an error', async () => {
    mcp.wire.decide(({ name }) => {
      if (name === 'dynamodb:Query') throw new TypeError('a bug with secrets');
      return undefined;
    });

    const { body, text } = await mcp.call('list_messages');

    expect(body.error).toMatchObject({ code: -32_603 });
    expect(text).not.toContain('secrets');
    expect(mcp.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});
