import { describe, expect, it } from 'vitest';
import { exampleText } from '#handlers/web/app/forms/example-text.ts';

describe('exampleText', () => {
  it.each([
    [{ course: 'birdsfoot', days: 2 }, 'course birdsfoot, days 2'],
    [{ tags: ['a'], on: true }, 'tags ["a"], on true'],
    ['text', 'text'],
    [{}, ''],
    [{ url: '🧨'.repeat(60) }, `url ${'🧨'.repeat(36)}…`],
  ])('says %o as %s', (example, text) => {
    expect(exampleText(example)).toBe(text);
  });
});
