import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Push } from '#lib/channels/channel.ts';
import { publicationOf } from '#lib/channels/ntfy-publication.ts';
import { cleanText } from '#lib/channels/push-text.ts';
import { aPush } from '#test/support/builders.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const graphemes = (text: string) =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );

describe('publicationOf', () => {
  it('carries every field, under the message id as sequence id', () => {
    const push = aPush({
      message: 'Line 1\n\tline 2',
      title: 'Reminder',
      priority: 4,
      tags: ['tada', 'two words'],
      click: 'https://example.com/a?b=ü',
      markdown: true,
    });

    expect(publicationOf(push, 'news')).toEqual({
      publication: {
        topic: 'news',
        sequence_id: push.id,
        message: 'Line 1\n\tline 2',
        title: 'Reminder',
        priority: 4,
        tags: ['tada', 'two words'],
        click: 'https://example.com/a?b=%C3%BC',
        markdown: true,
      },
      cut: [],
    });
  });

  it.each(['', ' \n ', '\0\u0007'])('refuses a message that says nothing (%j)', (message) => {
    expect(() => publicationOf(aPush({ message }), 'news')).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'NTFY_EMPTY' }),
    );
  });

  it.each([
    { bytes: 4_095, cut: [] },
    { bytes: 4_096, cut: ['message'] },
  ])('cuts a message of $bytes bytes: $cut', ({ bytes, cut }) => {
    const fitted = publicationOf(
      aPush({ message: 'é'.repeat(2_046) + 'x'.repeat(bytes - 4_092) }),
      't',
    );

    expect(fitted.cut).toEqual(cut);
    expect(Buffer.byteLength(fitted.publication.message)).toBe(4_095);
  });

  it('keeps the whole body below 8192 bytes where quotes double its size', () => {
    const { publication, cut } = publicationOf(aPush({ message: '"'.repeat(4_095) }), 'news');

    // A quote takes two: the last byte stays free.
    expect(bytesOf(publication)).toBe(8_190);
    expect(cut).toEqual(['message']);
  });

  it.each([
    'javascript:alert(1)',
    'ftp://a.example',
    'no link',
    `https://a.example/${'x'.repeat(2_048)}`,
  ])('leaves out a link that must not or cannot travel: %.30s', (click) => {
    const { publication, cut } = publicationOf(aPush({ click }), 'news');

    expect(publication).not.toHaveProperty('click');
    expect(cut).toEqual(['click']);
  });

  it('F34: makes one line of a title that would start a header of its own', () => {
    const { publication } = publicationOf(aPush({ title: 'a\r\nX-Priority: 5\0' }), 'news');

    expect(publication.title).toBe('a X-Priority: 5');
  });

  it('F34: keeps every bound for any push, and the message a beginning of what was said', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6_000, size: 'max' }),
      fc.string({ unit: 'grapheme', maxLength: 3_000, size: 'max' }),
      fc.string({
        unit: fc.constantFrom('"', '\\', '👩‍👩‍👧‍👦', '\n', '\u001b', 'é'),
        maxLength: 6_000,
        size: 'max',
      }),
    );
    const pushes = fc.record(
      {
        id: fc.constant(aPush().id),
        message: text,
        title: text,
        tags: fc.array(text, { maxLength: 12 }),
        click: fc.webUrl({ withQueryParameters: true }),
        priority: fc.constantFrom(1 as const, 3 as const, 5 as const),
      },
      { requiredKeys: ['id', 'message'] },
    );
    fc.assert(
      fc.property(pushes, (given) => {
        const push = given as Push;
        fc.pre(cleanText(push.message) !== '');
        const { publication, cut } = publicationOf(push, 't'.repeat(64));
        const said = cleanText(push.message);
        const kept = graphemes(publication.message);

        expect(Buffer.byteLength(publication.message)).toBeLessThanOrEqual(4_095);
        expect(bytesOf(publication)).toBeLessThan(8_192);
        expect(publication.message).not.toMatch(/(?![\n\t])\p{Cc}/u);
        expect(publication.message.isWellFormed()).toBe(true);
        expect(publication.title ?? '').not.toMatch(/[\n\r\t]/);
        expect(publication.message).not.toBe('');
        expect(cut.includes('message')).toBe(publication.message !== said);
        expect(graphemes(said).slice(0, kept.length)).toEqual(kept);
      }),
      { numRuns: 150 },
    );
  });
});
