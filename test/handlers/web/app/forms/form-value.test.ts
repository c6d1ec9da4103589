import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputOf } from '#handlers/web/app/forms/form-output.ts';
import { problemsIn } from '#handlers/web/app/forms/form-problems.ts';
import { isRecord } from '#handlers/web/app/forms/form-schema.ts';
import { emptyValue, inputOf } from '#handlers/web/app/forms/form-value.ts';
import { HOSTILE } from '#test/support/arbitrary.ts';
import { nodeAt, realForm, realForms } from './real-forms.ts';

const returned = (name: string, value: unknown) => {
  const node = realForm(name);
  return outputOf(node, inputOf(node, value));
};

describe('the input of a form', () => {
  it.each(
    realForms.flatMap(({ name, node, examples }) =>
      examples.map((example) => ({ name, node, example })),
    ),
  )('keeps the example $example of $name', ({ node, example }) => {
    expect(outputOf(node, inputOf(node, example))).toMatchObject(example as object);
  });

  it('keeps everything of any value in every form, also through the storage of the tab', () => {
    fc.assert(
      fc.property(fc.constantFrom(...realForms), HOSTILE, ({ node }, value) => {
        const stored = JSON.parse(JSON.stringify(inputOf(node, value)));

        expect(missing(value, outputOf(node, stored))).toEqual([]);
      }),
    );
  });

  it('keeps hostile values in the fields of a form', () => {
    fc.assert(
      fc.property(HOSTILE, HOSTILE, HOSTILE, (message, tags, others) => {
        const body = { message_type: 'manual', payload: { message, tags }, arguments: others };

        expect(missing(body, returned('manual', body))).toEqual([]);
      }),
    );
  });

  it.each([
    ['an unknown property', { message_type: 'manual', payload: { message: 'x', colour: 'red' } }],
    ['a plain text as payload', { message_type: 'manual', payload: 'Water the plants' }],
    ['a number as priority', { message_type: 'manual', payload: { message: 'x', priority: 4 } }],
    [
      'false',
      { message_type: 'web_action', payload: { action: 'golf' }, arguments: { notify: false } },
    ],
    ['an empty text', { message_type: 'manual', payload: { message: 'x', title: '' } }],
    ['an empty list', { message_type: 'manual', payload: { message: 'x', tags: [] } }],
    ['an empty object', { message_type: 'manual', payload: { message: 'x' }, arguments: {} }],
    ['a value of another kind', { message_type: 'manual', payload: { message: 7 } }],
  ])('keeps %s', (_what, body) => {
    expect(returned(body.message_type, body)).toEqual(body);
  });

  it('sends only what is required and cannot be chosen when nothing is filled in', () => {
    const node = realForm('http.call.lamp');

    expect(outputOf(node, emptyValue(node))).toEqual({ endpoint: 'lamp', path: {}, body: {} });
  });

  it('leaves out an object in which nothing is filled in', () => {
    const node = realForm('schedule_creation');

    expect(outputOf(node, emptyValue(node))).toEqual({
      message_type: 'schedule_creation',
      payload: {},
      arguments: {},
    });
  });

  it('keeps what was typed into the other shape of a payload', () => {
    const node = nodeAt(realForm('manual'), 'payload');
    const empty = emptyValue(node);

    expect(empty).toMatchObject({ chosen: 0, options: [{ isGiven: false }, ''] });
    expect(outputOf(node, { chosen: 1, options: ['', 'Water the plants'] })).toBe(
      'Water the plants',
    );
  });
});

describe('problemsIn', () => {
  const problemsOfBody = (name: string, body: unknown) => {
    const node = realForm(name);
    return problemsIn(node, inputOf(node, body));
  };

  it.each(realForms.filter(({ name }) => !name.startsWith('http.')))(
    'finds nothing wrong with the examples of $name, and adds nothing to them',
    ({ node, examples }) => {
      for (const example of examples) {
        const input = inputOf(node, example);
        expect(problemsIn(node, input)).toEqual([]);
        expect(outputOf(node, input)).toEqual(example);
      }
    },
  );

  it('has the paths of the API', () => {
    const body = {
      message_type: 'manual',
      payload: { title: 'x'.repeat(251), tags: ['fine', 'a,b', 'y'.repeat(51)] },
    };

    expect(problemsOfBody('manual', body)).toEqual([
      { path: 'payload.message', problem: 'is required' },
      { path: 'payload.title', problem: 'has more than 250 characters' },
      { path: 'payload.tags.1', problem: 'does not fit: no comma' },
      { path: 'payload.tags.2', problem: 'has more than 50 characters' },
    ]);
  });

  it.each([
    ['0', 'must be at least 1'],
    ['8', 'must be at most 7'],
    ['1.5', 'must be a whole number'],
    ['two', 'must be a number'],
    [' ', 'must be a number'],
    ['1e999', 'must be a number'],
  ])('refuses %o days: %s', (text, problem) => {
    const node = nodeAt(realForm('weather.get_forecast'), 'days');

    expect(problemsIn(node, text, 'days')).toEqual([{ path: 'days', problem }]);
  });

  it('requires nothing inside an object that is left out', () => {
    const node = nodeAt(realForm('web_action'), 'arguments');

    expect(problemsIn(node, emptyValue(node))).toEqual([]);
  });

  it('says where JSON is broken, and that an object is needed', () => {
    const node = nodeAt(realForm('manual'), 'arguments');

    expect(problemsIn(node, '{"a":', 'arguments')).toMatchObject([
      { path: 'arguments', problem: expect.stringMatching(/^is not JSON: /) },
    ]);
    expect(problemsIn(node, '[1]', 'arguments')).toEqual([
      { path: 'arguments', problem: 'must be an object' },
    ]);
  });

  it('refuses other properties that have a field', () => {
    const node = realForm('web_action');
    const value = inputOf(node, { message_type: 'web_action', payload: { action: 'golf' } });
    const payload = { fields: { action: 'golf' }, others: '{"action":"x"}', isGiven: true };
    const changed = { ...(value as object), fields: { message_type: '"web_action"', payload } };

    expect(problemsIn(node, changed as never)).toEqual([
      {
        path: 'payload.other properties',
        problem: 'has the property “action”, which has its own field',
      },
    ]);
  });

  it('checks only the chosen shape of a payload', () => {
    const node = nodeAt(realForm('manual'), 'payload');

    expect(problemsIn(node, { chosen: 1, options: ['', ' '] }, 'payload')).toMatchObject([
      { path: 'payload', problem: 'must contain a visible character' },
    ]);
  });
});

/** The paths of what the second value does not have, or has with another value. */
const missing = (value: unknown, from: unknown, path = ''): string[] => {
  if (!isRecord(value) || !isRecord(from)) {
    return JSON.stringify(value) === JSON.stringify(from) ? [] : [path];
  }
  return Object.keys(value).flatMap((name) =>
    Object.hasOwn(from, name) ? missing(value[name], from[name], `${path}.${name}`) : [name],
  );
};
