import { describe, expect, it } from 'vitest';
import { inputFacts, operationOfMessage } from '#handlers/web/app/forms/input-facts.ts';
import { listedActions, realForm } from './real-forms.ts';

const actions = await listedActions();
const namesOf = (action: string) =>
  actions.filter((one) => one.action === action).map(({ operation }) => operation);

describe('inputFacts', () => {
  it('has the labels of the form, and amounts as money', () => {
    const node = realForm('weather.get_forecast');

    expect(inputFacts({ days: 3 }, node)).toEqual([
      { label: expect.stringMatching(/^Days/), value: '3' },
    ]);
    expect(inputFacts({ max_total_cents: 24_000, ok: true, list: [1] })).toEqual([
      { label: 'Max total cents', value: '$240.00' },
      { label: 'Ok', value: 'yes' },
      { label: 'List', value: '[1]' },
    ]);
  });

  it('has nothing for an input that is no object', () => {
    for (const input of [undefined, null, 'text', 7]) expect(inputFacts(input)).toEqual([]);
  });
});

describe('operationOfMessage', () => {
  const operationOf = (payload: object, input?: object) =>
    operationOfMessage({ message_type: 'web_action', payload, arguments: input }, actions)
      ?.operation;

  it('finds the operation of a message, also by another name, and the first one of an action', () => {
    const [first = ''] = namesOf('weather');

    expect(operationOf({ action: 'weather' }, { operation: first })).toBe(first);
    expect(operationOf({ action: 'weather' }, { operation: 'get_weather' })).toBe(first);
    expect(operationOf({ action: 'weather' })).toBe(first);
  });

  it('finds none in a dry run, in a message of another type, and for an unknown name', () => {
    expect(operationOf({ action: 'weather' }, { dry_run: true })).toBeUndefined();
    expect(operationOf({ action: 'weather' }, { operation: 'nothing' })).toBeUndefined();
    expect(operationOfMessage({ payload: { message: 'x' } }, actions)).toBeUndefined();
    expect(operationOfMessage(undefined, actions)).toBeUndefined();
  });
});
