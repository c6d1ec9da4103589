/** A table. Cells are text of Markdown without line breaks. */
export const table = (
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string =>
  [columns, columns.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => String(cell).replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n');

export const code = (text: string): string => `\`${text}\``;

/** Names as code, separated by commas. */
export const codes = (names: readonly string[]): string => names.map(code).join(', ');
