import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { iso } from '#lib/platform/clock.ts';
import { type Assistant, mcpToken, openAssistant, type ToolResult } from './support/assistant.ts';
import { type Bookings, openBookings } from './support/bookings.ts';
import { aRow, newRun } from './support/rows.ts';

/** Long enough for a call that waits for the whole time. */
const SLOW = { timeout: 120_000 };

describe('an assistant', () => {
  let golf: Bookings;
  let assistant: Assistant;
  /** The tools that were called. */
  const called = new Set<string>();

  beforeAll(async () => {
    golf = await openBookings();
    await golf.resetBreakers();
    assistant = await openAssistant(golf.clients, 'operator');
  }, 120_000);

  afterEach(() => golf.reset());

  afterAll(async () => {
    await golf.setFlag('web-actions', 'on');
    await assistant.close();
    await golf.close();
  }, 60_000);

  const call = (name: string, given: object = {}): Promise<ToolResult> => {
    called.add(name);
    return assistant.call(name, given);
  };
  const idIn = ({ data }: ToolResult) => String(data.message_id);

  it('gets a forecast, which is one message with its run', SLOW, async () => {
    const answer = await call('get_weather_forecast', { course: 'east', days: 1 });
    const run = await call('get_run', { message_id: idIn(answer) });
    const listed = await call('list_messages', { message_type: 'web_action', status: 'completed' });

    expect(answer).toMatchObject({ isError: false, data: { status: 'completed' } });
    expect(await golf.row(idIn(answer))).toMatchObject({
      ...{ created_by: 'mcp', requested_by: assistant.name },
      ...{ message_type: 'web_action', status: 'completed' },
    });
    // The answer goes to the assistant, and not to the phone.
    expect(run.data).toMatchObject({
      status: 'completed',
      messages: [{ message_id: idIn(answer) }],
    });
    expect(JSON.stringify(listed.data)).toContain(idIn(answer));
  });

  it('books a tee time that it found, once, after a person said yes', SLOW, async () => {
    const { start_time } = golf.newSlot();
    const day = start_time.slice(0, 10);
    const search = { course: 'east', date: day, players: 2, from: '08:00', to: '14:00' };
    const found = await call('golf_search_tee_times', search);
    const [slot] = (found.data.data as { slots: { slot_id: string; start_time: string }[] }).slots;
    const wish = {
      course_name: 'east',
      tee_sheet_id: slot?.slot_id,
      ...{ start_time: slot?.start_time, players: 2, max_total_cents: 20_000 },
    };

    // A nervous client sends the same request three times.
    const asked = await Promise.all([1, 2, 3].map(() => call('golf_book_tee_time', wish)));
    const waiting = await call('list_approvals');
    const message_id = idIn(asked[0] ?? expect.fail('no answer'));
    const approvalId = String(asked[0]?.data.approval_id);
    const bookedBefore = golf.bookedOn('east', day);
    const approved = await golf.decide(approvalId, 'approve');
    await golf.ended((await golf.row(message_id)) ?? expect.fail('no message'));
    // The run also contains the push about the booking.
    await expect
      .poll(async () => (await call('get_run', { message_id })).data.status, { timeout: 20_000 })
      .toBe('completed');

    expect(asked.map(({ data }) => data)).toEqual(
      asked.map(() => expect.objectContaining({ message_id, status: 'waiting_for_approval' })),
    );
    expect(asked[0]?.text).toContain(`${inject('platform').apiUrl}/approvals/${approvalId}`);
    expect(JSON.stringify(waiting.data)).toContain(approvalId);
    expect(bookedBefore).toEqual([]);
    expect(approved.status).toBe(200);
    expect(golf.bookedOn('east', day)).toHaveLength(1);
    const again = await call('golf_fetch_reservations', { course: 'east' });
    expect(again).toMatchObject({ isError: false, data: { status: 'completed' } });
    const [reservation] = golf.bookedOn('east', day);
    const cancelled = await call('golf_cancel_reservation', {
      ...{ course: 'east', reservation_id: `${reservation?.reservationId}` },
    });
    expect(cancelled.data).toMatchObject({ status: 'waiting_for_approval' });
    await golf.decide(String(cancelled.data.approval_id), 'deny');
  });

  it('gets the end of a call after a kill in the middle of it', SLOW, async () => {
    const { weather } = golf.services;
    weather.faults.switchOn('slow');
    const url = 'https://api.weather.gov/gridpoints/PBZ/31,141/forecast';
    const before = weather.received.length;

    const interrupted = assistant
      .call('get_weather_forecast', { url, days: 1 })
      .catch(() => undefined);
    await golf.eventually('a call under way', {}, () => weather.received.length > before);
    await golf.killFunctions();
    await interrupted;
    weather.faults.switchAllOff();
    const [row] = await golf.eventually('the message of the call', {}, async () => {
      const { body } = await golf.api<{ data: { id: string; payload: { url?: string } }[] }>(
        '/api/messages?created_by=mcp&limit=50',
      );
      const own = body.data.filter(({ payload }) => payload.url === url);
      return own.length > 0 && own;
    });

    const ended = await golf.eventually('its end', { timeoutMs: 90_000 }, async () => {
      const past = iso(Date.now() - 10_000);
      const message = await golf.row(row?.id ?? '');
      if (message?.status === 'completed') return message;
      if (message?.status === 'processing' || message?.status === 'queued') {
        const changes = {
          next_due_at: past,
          ...(message.lease_until ? { lease_until: past } : {}),
        };
        await golf.rows.editMessage(message.id, changes);
      }
      await golf.sweep();
      await sleep(1_000);
      return undefined;
    });

    expect(ended).toMatchObject({ status: 'completed', created_by: 'mcp' });
  });

  it('learns after 25 seconds that its message still waits, and follows it', SLOW, async () => {
    await golf.setFlag('web-actions', 'off');
    await golf.renew('web-action');
    const startMs = Date.now();

    const open = await call('get_weather_forecast', { course: 'west', days: 2 });
    const waitedMs = Date.now() - startMs;
    await golf.setFlag('web-actions', 'on');
    await golf.renew('web-action');
    const run = await golf.eventually('the end of its run', { timeoutMs: 60_000 }, async () => {
      await golf.sweep();
      const { data } = await call('get_run', { message_id: idIn(open) });
      return data.status === 'completed' && data;
    });

    expect(open).toMatchObject({ isError: false, data: { status: 'open' } });
    expect(open.text).toContain(`get_run with message_id ${idIn(open)}`);
    expect(waitedMs).toBeGreaterThan(24_000);
    expect(waitedMs).toBeLessThan(30_000);
    expect(run).toMatchObject({ status: 'completed' });
  });

  it('sends a push to the phone', SLOW, async () => {
    const sent = await call('send_notification', { message: 'tee time in an hour', title: 'Golf' });

    expect(sent).toMatchObject({ isError: false, data: { status: 'completed' } });
    expect(golf.sendsOf(idIn(sent))).toMatchObject([
      { title: 'Golf', message: 'tee time in an hour' },
    ]);
  });

  it('creates, changes, runs and deletes a schedule', SLOW, async () => {
    const name = newRun('assistant');
    const fields = {
      ...{ name, schedule_expression: 'cron(0 3 1 1 ? *)', timezone: 'UTC', overlap: 'skip' },
      ...{ catch_up: 'none', valid_for_seconds: 3_600, target_type: 'notification' },
      target: { message_type: 'notify', payload: { message: 'happy new year' } },
      expect: { grace_seconds: 300, max_run_seconds: 900 },
    };

    const answers = [
      await call('preview_schedule', { expression: fields.schedule_expression, count: 2 }),
      await call('create_schedule', fields),
      await call('list_schedules', {}),
      await call('update_schedule', { ...fields, description: 'once a year' }),
      await call('pause_schedule', { name, reason: 'a pause' }),
      await call('resume_schedule', { name }),
      await call('run_schedule', { name }),
      await call('delete_schedule', { name }),
    ];
    const refused = await call('pause_schedule', { name: 'no-such-schedule' });

    expect(answers.filter(({ isError }) => isError)).toEqual([]);
    expect(JSON.stringify(answers[2]?.data)).toContain(name);
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain('list_schedules');
  });

  it('redrives a failed message, and reads the figures', SLOW, async () => {
    const message = aRow('manual', { message: 'once more' }, {});
    await golf.rows.put({
      ...{ ...message, status: 'failed', error_code: 'EXPIRED' },
      // A message whose effect was never planned.
      effect_id: 'effect-of-nothing',
    } as never);

    const redriven = await call('redrive_message', { message_id: message.id, reason: 'asked to' });
    const ended = await golf.ended(message);
    const metrics = await call('get_metrics', { time_range: 1 });

    expect(redriven.isError).toBe(false);
    expect(ended).toMatchObject({
      status: 'completed',
      redrives: [{ by: assistant.name, reason: 'asked to' }],
    });
    expect(metrics.isError).toBe(false);
  });

  it('has called every tool that does not depend on the configuration', async () => {
    const tools = await assistant.tools();

    expect(tools.filter((name) => !called.has(name) && !name.startsWith('http_'))).toEqual([]);
  });

  it('of a viewer has only the tools that read', async () => {
    const viewer = await openAssistant(golf.clients, 'viewer');

    const tools = await viewer.tools();
    const refused = viewer.call('send_notification', { message: 'hello' });

    expect(tools).toContain('list_messages');
    expect(tools).not.toContain('send_notification');
    await expect(refused).rejects.toThrow();
    await viewer.close();
  });

  it('cannot use the API, and a token of the API is none of the MCP server', async () => {
    const { apiUrl } = inject('platform');
    const own = await mcpToken(golf.clients, 'admin');
    const ofApi = await golf.signedIn('admin');

    const api = await fetch(`${apiUrl}/api/approvals`, {
      headers: { Authorization: `Bearer ${own}` },
    });
    const mcp = await fetch(`${apiUrl}/mcp`, {
      method: 'POST',
      headers: { ...ofApi.headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
    });

    expect([401, 403]).toContain(api.status);
    expect(mcp.status).toBe(401);
    expect(mcp.headers.get('www-authenticate')).toContain('oauth-protected-resource/mcp');
  });
});
