import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { INHERITED_NAMES } from '#test/support/inherited-names.ts';

/** The part of an element that the script of the page uses. */
class Element {
  readonly dataset: Record<string, unknown> = {};
  className = '';
  textContent = '';
  children: Element[] = [];

  append(...added: Element[]) {
    this.children.push(...added);
  }
  prepend(...added: Element[]) {
    this.children.unshift(...added);
  }
  replaceChildren(...all: Element[]) {
    this.children = all;
  }
  remove() {}
  addEventListener() {}

  /** The text of the element and of its children, in order. */
  texts(): string[] {
    const own = this.textContent === '' ? [] : [this.textContent];
    return [...own, ...this.children.flatMap((child) => child.texts())];
  }
}

/** Runs the script of the page, and shows a push. @returns the texts of the card, without the time */
const shown = async (push: Record<string, unknown>): Promise<string[]> => {
  const listeners = new Map<string, (event: { data: string }) => void>();
  class EventSource {
    addEventListener(name: string, listener: (event: { data: string }) => void) {
      listeners.set(name, listener);
    }
  }
  const found = new Map<string, Element>();
  const document = {
    querySelector: (selector: string) => {
      const element = found.get(selector) ?? new Element();
      found.set(selector, element);
      return element;
    },
    querySelectorAll: () => [],
    createElement: () => new Element(),
  };
  const script = await readFile('scripts/local/phone/phone.js', 'utf8');
  new Function('document', 'EventSource', script)(document, EventSource);
  const entry = { id: 'abcdefghijkl', time: 1_796_000_000, event: 'message', topic: 'news' };
  listeners.get('message')?.({ data: JSON.stringify({ ...entry, ...push }) });
  const [topic, ...rest] = found.get('#pushes')?.texts() ?? [];
  expect(topic).toBe('news');
  return rest.filter((text) => !/\d\d:\d\d/.test(text));
};

describe('the page of the local phone', () => {
  it('shows the picture of a known tag, and every tag as it was sent', async () => {
    const texts = await shown({ title: 'Rain', message: 'Take one', tags: ['umbrella', 'home'] });

    expect(texts).toEqual(['☔ Rain', 'Take one', 'umbrella', 'home']);
  });

  it.each([
    [1, 'lowest'],
    [2, 'low'],
    [4, 'high'],
    [5, 'highest'],
  ])('names the priority %i %s', async (priority, name) => {
    expect(await shown({ message: 'x', priority })).toEqual([name, 'x']);
  });

  it('does not name the default priority', async () => {
    expect(await shown({ message: 'x', priority: 3 })).toEqual(['x']);
    expect(await shown({ message: 'x' })).toEqual(['x']);
  });

  it.each(INHERITED_NAMES)('shows %s like any other tag, title and priority', async (name) => {
    expect(await shown({ title: 'T', message: 'M', tags: [name], priority: name })).toEqual([
      'T',
      'M',
      name,
    ]);
  });
});
