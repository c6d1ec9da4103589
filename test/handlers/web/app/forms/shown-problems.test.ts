import { describe, expect, it } from 'vitest';
import { OTHERS } from '#handlers/web/app/forms/form-problems.ts';
import { emptyValue, inputOf } from '#handlers/web/app/forms/form-value.ts';
import {
  pathsOf,
  remainingDetails,
  remainingPaths,
} from '#handlers/web/app/forms/shown-problems.ts';
import { realForm } from './real-forms.ts';

describe('remainingDetails', () => {
  const body = { payload: { message: 'x', tags: ['a', 'b'] } };
  const refused = {
    body,
    details: [
      { path: 'payload.message', problem: 'is not known' },
      { path: 'payload.tags.1', problem: 'is too loud' },
      { path: '', problem: 'is too large' },
    ],
  };
  const paths = (changed: unknown) => remainingDetails(refused, changed).map(({ path }) => path);

  it('keeps all problems while nothing changed', () => {
    expect(paths(structuredClone(body))).toEqual(['payload.message', 'payload.tags.1', '']);
  });

  it('drops the problem of a value that changed, and of the whole', () => {
    expect(paths({ payload: { message: 'y', tags: ['a', 'b'] } })).toEqual(['payload.tags.1']);
    expect(paths({ payload: { message: 'x', tags: ['b'] } })).toEqual(['payload.message']);
  });

  it('has none when nothing was refused', () => {
    expect(remainingDetails(undefined, body)).toEqual([]);
  });
});

describe('remainingPaths', () => {
  it('drops the path of an entry that was removed from its list', () => {
    const shown = ['payload.message', 'payload.tags.1', `payload.${OTHERS}`];

    expect(remainingPaths(shown, ['payload', 'payload.message', 'payload.tags.0'])).toEqual([
      'payload.message',
      `payload.${OTHERS}`,
    ]);
  });
});

describe('pathsOf', () => {
  it('lists the paths of the controls, with entries of lists and the chosen shape', () => {
    const node = realForm('notify');
    const body = { message_type: 'notify', payload: { message: 'x', tags: ['a'] } };

    const paths = pathsOf(node, inputOf(node, body));
    expect(paths).toEqual(
      expect.arrayContaining(['payload', 'payload.message', 'payload.tags.0', 'valid_until']),
    );
    expect(paths).not.toContain('payload.tags.1');
  });

  it('lists no path of a shape that is not chosen', () => {
    const node = realForm('notify');

    const paths = pathsOf(node, inputOf(node, { message_type: 'notify', payload: 'x' }));
    expect(paths).not.toContain('payload.message');
    expect(pathsOf(node, emptyValue(node))).toContain('payload.message');
  });
});
