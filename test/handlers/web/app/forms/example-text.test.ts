import { describe, expect, it } from 'vitest';
import { exampleText } from '#handlers/web/app/forms/example-text.ts';

describe('exampleText', () => {
  it.each([
    [{ course: 'birdsfoot', days: 2 }, 'birdsfoot, 2'],
    [{ tags: ['a'], on: true }, '["a"], true'],
    ['text', 'text'],
    [{}, ''],
    [{ url: '🧨'.repeat(60) }, `${'🧨'.repeat(40)}…`],
  ])('says %o as %s', (example, text) => {
    expect(exampleText(example)).toBe(text);
  });
});
