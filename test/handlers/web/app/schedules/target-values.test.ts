import { expect, test } from 'vitest';
import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { problemsIn } from '#handlers/web/app/forms/form-problems.ts';
import { inputOf } from '#handlers/web/app/forms/form-value.ts';
import {
  TARGET_TYPE_OF,
  targetBodyOf,
  targetInput,
  targetValuesOf,
} from '#handlers/web/app/schedules/target-values.ts';
import { ACCEPTED_TARGETS } from '#lib/schedules/draft.ts';
import { TARGET_FORMS, targetFormOf } from './target-forms.ts';

type Target = ApiSchedule['target'];

const TARGETS: [string, Target][] = [
  ['manual', { message_type: 'manual', payload: { message: 'Tea time', priority: 4 } }],
  ['notify', { message_type: 'notify', payload: { message: 'Stand-up', tags: ['clock'] } }],
  ['hello_world', { message_type: 'hello_world', payload: {} }],
  [
    'scheduled',
    { message_type: 'scheduled', payload: { days: 2 }, arguments: { operation: 'digest' } },
  ],
  [
    'web_action:weather.get_forecast',
    {
      message_type: 'web_action',
      payload: { version: '1.0', action: 'weather', days: 1 },
      arguments: { operation: 'get_forecast' },
    },
  ],
  [
    'web_action:weather.get_forecast',
    {
      message_type: 'web_action',
      payload: { version: '1.0', action: 'weather', days: 1 },
      arguments: { operation: 'get_forecast', notify: false },
    },
  ],
  [
    'web_action',
    {
      message_type: 'web_action',
      payload: { action: 'removed', any: 1 },
      arguments: { operation: 'gone' },
    },
  ],
];

test.each(TARGETS)(
  'shows a target in the form %s and sends it back unchanged',
  (choice, target) => {
    const values = targetValuesOf(target, TARGET_FORMS);

    expect(values.choice).toBe(choice);
    expect(targetBodyOf(values, targetFormOf(choice))).toEqual(target);
  },
);

test('offers every message type that the API accepts, with its target type', () => {
  const accepted = [...ACCEPTED_TARGETS].flatMap(([kind, types]) =>
    types.map((type) => [type, kind]),
  );

  expect(TARGET_TYPE_OF).toEqual(Object.fromEntries(accepted));
  const offered = TARGET_FORMS.filter(({ action }) => action === undefined);
  expect(offered.map(({ choice }) => choice).sort()).toEqual(Object.keys(TARGET_TYPE_OF).sort());
});

test('asks only for what a schedule stores', () => {
  const { node } = targetFormOf('manual');

  expect(node.kind === 'object' && node.fields.map(({ name }) => name)).toEqual([
    'payload',
    'arguments',
  ]);
});

test.each(
  TARGET_FORMS.filter(({ action }) => action === undefined).flatMap(({ choice, examples }) =>
    examples.map((example) => ({ choice, example })),
  ),
)('fills the form $choice with an example that has no problem', ({ choice, example }) => {
  const { node } = targetFormOf(choice);

  expect(problemsIn(node, inputOf(node, example))).toEqual([]);
});

test('keeps the input of a form while another one is chosen', () => {
  const values = targetValuesOf(
    { message_type: 'manual', payload: { message: 'a' } },
    TARGET_FORMS,
  );

  const other = { ...values, choice: 'notify' };

  const manual = targetFormOf('manual');
  expect(targetInput({ ...other, choice: 'manual' }, manual)).toEqual(targetInput(values, manual));
});
