/** HTML that is safe to insert into a page. */
export interface Markup {
  markup: string;
}

type Part = string | number | Markup | readonly Part[];

/** HTML with values: strings are escaped, markup and lists of markup are not. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  markup: texts.reduce((before, text, index) => `${before}${shown(parts[index - 1] ?? '')}${text}`),
});

const isMarkup = (part: Part): part is Markup => typeof part === 'object' && 'markup' in part;

const shown = (part: Part): string => {
  if (isMarkup(part)) return part.markup;
  if (typeof part === 'object') return part.map(shown).join('');
  return escaped(String(part));
};

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');

/** The Markdown of descriptions: paragraphs, `code` and **strong**. */
export const prose = (text: string): Markup =>
  html`${text.split('\n\n').map((paragraph) => html`<p>${inline(paragraph)}</p>`)}`;

export const inline = (text: string): Markup => ({
  markup: escaped(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>'),
});

/** JSON with indentation. */
export const json = (value: unknown): Markup =>
  html`<pre><code>${JSON.stringify(value, undefined, 2)}</code></pre>`;
