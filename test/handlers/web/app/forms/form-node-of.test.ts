import { describe, expect, it } from 'vitest';
import { formNodeOf, labelOf } from '#handlers/web/app/forms/form-node-of.ts';
import type { FormSchema } from '#handlers/web/app/forms/form-schema.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { nodeAt, realForm, realForms } from './real-forms.ts';

const nodeOf = (schema: FormSchema, root: unknown = {}) =>
  formNodeOf(schema, { label: 'Value', isRequired: false, root });

describe('formNodeOf', () => {
  it('makes a form with fields of every message type and every operation', () => {
    const names = realForms.map(({ name }) => name);

    expect(names).toEqual(expect.arrayContaining(MESSAGE_TYPES));
    expect(names).toEqual(
      expect.arrayContaining(OPERATIONS.map(({ action, operation }) => `${action}.${operation}`)),
    );
    expect(names).toContain('http.call.lamp');
    for (const { node } of realForms) expect(node).toMatchObject({ kind: 'object' });
  });

  it('shows label, help, limits and requirement of a text', () => {
    expect(nodeAt(realForm('manual'), 'payload.title')).toMatchObject({
      kind: 'text',
      label: 'Title',
      help: 'The title of the push.',
      limits: ['at most 250 characters'],
      isRequired: false,
    });
    expect(nodeAt(realForm('manual'), 'payload.message')).toMatchObject({
      isRequired: true,
      isLong: true,
    });
  });

  it('offers the values of all alternatives in one list when each is a list of values', () => {
    expect(nodeAt(realForm('notify'), 'payload.priority')).toMatchObject({
      kind: 'choice',
      values: [1, 2, 3, 4, 5, 'min', 'low', 'default', 'high', 'max', 'urgent'],
    });
  });

  it('offers a choice between the shapes of a payload', () => {
    const payload = nodeAt(realForm('manual'), 'payload');

    expect(payload).toMatchObject({
      kind: 'union',
      options: [
        { kind: 'object', label: 'Fields' },
        { kind: 'text', label: 'Text' },
      ],
    });
  });

  it('shows numbers with their range and their default', () => {
    expect(nodeAt(realForm('weather.get_forecast'), 'days')).toMatchObject({
      kind: 'number',
      isInteger: true,
      limits: ['1 to 7', 'default: 2'],
    });
  });

  it('shows a list with the limits of the list and of its entries', () => {
    expect(nodeAt(realForm('manual'), 'payload.tags')).toMatchObject({
      kind: 'list',
      limits: ['at most 10 entries'],
      item: { kind: 'text', limits: ['at most 50 characters', 'no comma'] },
    });
  });

  it('shows an object inside an object', () => {
    expect(nodeAt(realForm('schedule_creation'), 'arguments.expect.grace_seconds')).toMatchObject({
      kind: 'number',
      minimum: 60,
      maximum: 86_400,
    });
  });

  it('shows a value without a known shape as JSON', () => {
    expect(nodeAt(realForm('manual'), 'arguments')).toMatchObject({ kind: 'json', isObject: true });
    expect(nodeOf({})).toMatchObject({ kind: 'json', isObject: false });
  });

  it('shows a schema that contains itself as JSON', () => {
    const root = {
      $defs: { tree: { type: 'array', items: { $ref: '#/$defs/tree' }, description: 'A tree.' } },
    };

    expect(nodeOf({ $ref: '#/$defs/tree' }, root)).toMatchObject({ kind: 'json' });
  });

  it('follows references, and a reference to nothing accepts everything', () => {
    const root = { $defs: { days: { type: 'integer', minimum: 1 } } };

    expect(nodeOf({ $ref: '#/$defs/days' }, root)).toMatchObject({ kind: 'number', minimum: 1 });
    expect(nodeOf({ $ref: '#/$defs/constructor' }, root)).toMatchObject({ kind: 'json' });
  });

  it('offers null beside the other shape', () => {
    expect(nodeOf({ type: ['string', 'null'] })).toMatchObject({
      kind: 'union',
      options: [{ kind: 'text' }, { kind: 'choice', values: [null] }],
    });
  });
});

describe('labelOf', () => {
  it.each([
    ['schedule_expression', 'Schedule expression'],
    ['url', 'URL'],
    ['schedule_id', 'Schedule ID'],
    ['', ''],
  ])('reads %o as %o', (name, label) => {
    expect(labelOf(name)).toBe(label);
  });
});
