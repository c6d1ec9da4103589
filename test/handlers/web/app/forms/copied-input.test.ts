import { describe, expect, it } from 'vitest';
import { copiedInput } from '#handlers/web/app/forms/copied-input.ts';
import { listedActions } from './real-forms.ts';

const actions = await listedActions();

describe('copiedInput', () => {
  it('copies what creates a message, and leaves out its times and its run', () => {
    const message = {
      id: 'msg_20260301120000_7ZK3V9Q2M4T8XB1C',
      message_type: 'manual',
      payload: { message: 'Water the plants' },
      valid_until: '2026-03-02T12:00:00.000Z',
      correlation_id: 'weekly-report-7',
    };

    expect(copiedInput(message, actions)).toEqual({
      parameters: { type: 'manual' },
      body: { message_type: 'manual', payload: { message: 'Water the plants' } },
      notify: true,
    });
  });

  it('opens the form of the operation of a web action with its input', () => {
    const message = {
      message_type: 'web_action',
      payload: { version: '1.0', action: 'weather', days: 3 },
      arguments: { operation: 'get_weather', notify: false },
    };

    expect(copiedInput(message, actions)).toEqual({
      parameters: { action: 'weather.get_forecast' },
      body: { days: 3 },
      notify: false,
    });
  });

  it('opens the form of the endpoint that a web action called', () => {
    const payload = { version: '1.0', action: 'http', endpoint: 'lamp', body: { state: 'on' } };
    const message = { message_type: 'web_action', payload, arguments: { operation: 'call' } };

    expect(copiedInput(message, actions)).toMatchObject({
      parameters: { action: 'http.call.lamp' },
      body: { endpoint: 'lamp', body: { state: 'on' } },
    });
  });

  it.each([
    ['an operation that is not in the catalogue', { operation: 'book_moon' }, undefined],
    ['credentials of its own', { operation: 'get_forecast' }, { type: 'none' }],
    ['no operation', undefined, undefined],
  ])('opens the form of the type for a web action with %s', (_what, input, auth) => {
    const message = {
      message_type: 'web_action',
      payload: { action: 'weather' },
      arguments: input,
      auth_config: auth,
    };

    const { parameters, body } = copiedInput(message, actions);
    expect(parameters).toEqual({ type: 'web_action' });
    expect(body).toEqual(JSON.parse(JSON.stringify(message)));
  });
});
