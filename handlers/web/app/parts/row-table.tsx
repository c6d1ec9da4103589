import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso/router';
import { onRowKey } from './row-keys.ts';

export interface RowTableProps {
  /** What the rows are, for screen readers. */
  label: string;
  /** The name of the style that has the widths of the columns. */
  name: string;
  /** The texts of the columns. Those that a phone does not show are marked. */
  columns: readonly { text: string; isWideOnly?: boolean }[];
  /** The bodies of the table. Each row has a link with `ROW_LINK` in its `th`. */
  children: ComponentChildren;
}

/** A table whose rows open a page: the arrow keys move between their links, and a click anywhere in a row opens it. */
export const RowTable = ({ label, name, columns, children }: RowTableProps) => {
  const { route } = useLocation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus.
    <section class="scroll" aria-label={label} tabIndex={0}>
      <table
        class={`row-table ${name}`}
        onKeyDown={onRowKey}
        onClick={(event) => openRow(event, route)}
      >
        <thead>
          <tr>
            {columns.map(({ text, isWideOnly }) => (
              <th key={text} scope="col" class={isWideOnly ? 'wide-only' : undefined}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        {children}
      </table>
    </section>
  );
};

/** A click beside the link. It does not open a row in which the viewer selects text. */
const openRow = ({ target }: MouseEvent, route: (url: string) => void) => {
  if (!(target instanceof Element) || target.closest('a') !== null) return;
  if (getSelection()?.isCollapsed === false) return;
  const link = target.closest('tbody tr')?.querySelector('a')?.getAttribute('href');
  if (link != null) route(link);
};
