import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Push } from '#lib/channels/channel.ts';
import { publicationOf } from '#lib/channels/ntfy-publication.ts';
import { cleanText } from '#lib/platform/text.ts';
import { aPush } from '#test/support/builders.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const graphemes = (text: string) =>
  [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );

describe('publicationOf', () => {
  it('contains every field, with the message id as sequence id', () => {
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
      title: 'Reminder',
    });
  });

  it.each(['', ' \n ', '\0\u0007'])('refuses a message without text (%j)', (message) => {
    expect(() => publicationOf(aPush({ message }), 'news')).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'NTFY_EMPTY' }),
    );
  });

  it('sends a message of 4,095 bytes as it is', () => {
    const message = `${'é'.repeat(2_046)}xyz`;

    expect(publicationOf(aPush({ message }), 'news')).toEqual({
      publication: expect.objectContaining({ message }),
      title: 'Reminder',
    });
  });

  it('ends a longer message in "…" within 4,095 bytes, and keeps its original size', () => {
    const message = `${'é'.repeat(2_046)}wxyz`;

    expect(publicationOf(aPush({ message }), 'news')).toMatchObject({
      publication: { message: `${'é'.repeat(2_046)}…` },
      cut: { message: { bytes: 4_096 } },
    });
  });

  it('keeps the whole body below 8,192 bytes although quotes double its size', () => {
    const { publication, cut } = publicationOf(aPush({ message: '"'.repeat(4_095) }), 'news');

    expect(bytesOf(publication)).toBeGreaterThan(8_188);
    expect(bytesOf(publication)).toBeLessThan(8_192);
    expect(publication.message).toMatch(/^"+…$/);
    expect(cut).toEqual({ message: { bytes: 4_095 } });
  });

  it('counts the original size before control characters are removed', () => {
    const { cut } = publicationOf(aPush({ message: `\r\n${'x'.repeat(5_000)}\0` }), 'news');

    expect(cut).toEqual({ message: { bytes: 5_003 } });
  });

  it('ends a long title in "…" and keeps its original size', () => {
    const { publication, title, cut } = publicationOf(aPush({ title: '💧'.repeat(300) }), 'news');

    expect(publication.title).toBe(`${'💧'.repeat(249)}…`);
    expect(title).toBe(publication.title);
    expect(cut).toEqual({ title: { bytes: 1_200 } });
  });

  it('ends a long tag in "…", leaves out tags after the tenth, and keeps number and size of all', () => {
    const tags = ['x'.repeat(200), ...Array.from({ length: 11 }, (_, n) => `tag ${n}`)];
    const { publication, cut } = publicationOf(aPush({ tags }), 'news');

    expect(publication.tags).toEqual([`${'x'.repeat(147)}…`, ...tags.slice(1, 10)]);
    expect(cut).toEqual({ tags: { count: 12, bytes: 200 + 10 * 5 + 6 } });
  });

  it.each([
    'javascript:alert(1)',
    'ftp://a.example',
    'no link',
    `https://a.example/${'x'.repeat(2_048)}`,
    `https://a.example/${'ü'.repeat(400)}`,
  ])('leaves out a link that is too long or is no web link: %.30s', (click) => {
    const { publication, cut } = publicationOf(aPush({ click }), 'news');

    expect(publication).not.toHaveProperty('click');
    expect(cut).toEqual({ click: { bytes: Buffer.byteLength(click) } });
  });

  it('replaces a comma in a tag, because the server splits tags there', () => {
    const { publication } = publicationOf(aPush({ tags: ['a, b', ','] }), 'news');

    expect(publication.tags).toEqual(['a b']);
  });

  it('F34: removes line breaks from a title, which could start another header', () => {
    const { publication } = publicationOf(aPush({ title: 'a\r\nX-Priority: 5\0' }), 'news');

    expect(publication.title).toBe('a X-Priority: 5');
  });

  it('F34: keeps every limit for any push, and the beginning of every text', () => {
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
        expect(cut?.message).toEqual(
          publication.message === said ? undefined : { bytes: Buffer.byteLength(push.message) },
        );
        if (cut?.message) expect(kept.pop()).toBe('…');
        expect(graphemes(said).slice(0, kept.length)).toEqual(kept);
        expect(bytesOf(cut ?? {})).toBeLessThan(200);
      }),
      { numRuns: 150 },
    );
  });
});
