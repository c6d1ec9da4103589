import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { JsonView } from './json-view.tsx';
import { LongText } from './long-text.tsx';

const SHOWN_ROWS = 20;
const MAX_COLUMNS = 8;
const MAX_DEPTH = 4;

/** Data of unknown shape, to read: objects as names and values, lists of objects as tables. Also as JSON. */
export const ReadableData = ({ value, label }: { value: unknown; label: string }) => {
  const [isJson, setJson] = useState(false);
  if (isEmpty(value)) return <p class="muted">empty</p>;
  const ofWhat = label.toLowerCase();
  return (
    <div class="data">
      {isJson ? <JsonView value={value} /> : <Value value={value} label={label} depth={0} />}
      <div class="actions">
        <Button
          label={`${isJson ? 'Show to read' : 'Show as JSON'}: ${ofWhat}`}
          onClick={() => setJson(!isJson)}
        >
          {isJson ? 'Show to read' : 'Show as JSON'}
        </Button>
        {!isJson && (
          <CopyButton text={JSON.stringify(value, null, 2) ?? ''}>Copy as JSON</CopyButton>
        )}
      </div>
    </div>
  );
};

interface ValueProps {
  value: unknown;
  label: string;
  depth: number;
}

const Value = ({ value, label, depth }: ValueProps): ComponentChildren => {
  if (value === null || value === undefined) return <span class="muted">none</span>;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return <LongText text={String(value)} />;
  if (depth >= MAX_DEPTH) return <code>{JSON.stringify(value)}</code>;
  if (Array.isArray(value)) return <List {...{ label, depth }} items={value} />;
  const entries = Object.entries(value);
  if (isEmpty(value)) return <span class="muted">empty</span>;
  return (
    <dl class="facts">
      {entries.map(([name, inner]) => (
        <div key={name} class={isLarge(inner) ? 'data-large' : undefined}>
          <dt>
            <bdi>{name}</bdi>
          </dt>
          <dd>
            <Value value={inner} label={name} depth={depth + 1} />
          </dd>
        </div>
      ))}
    </dl>
  );
};

const List = ({ items, label, depth }: { items: unknown[]; label: string; depth: number }) => {
  const [isAll, setAll] = useState(false);
  if (items.length === 0) return <span class="muted">empty</span>;
  const shown = isAll ? items : items.slice(0, SHOWN_ROWS);
  const columns = columnsOf(items);
  return (
    <>
      {columns === undefined ? (
        <ul class="data-list">
          {shown.map((item, index) => (
            <li key={index}>
              <Value value={item} label={label} depth={depth + 1} />
            </li>
          ))}
        </ul>
      ) : (
        <DataTable rows={shown as Row[]} {...{ columns, label, depth }} />
      )}
      {!isAll && items.length > SHOWN_ROWS && (
        <Button onClick={() => setAll(true)}>{`Show all ${items.length}`}</Button>
      )}
    </>
  );
};

type Row = Readonly<Record<string, unknown>>;

interface DataTableProps {
  rows: readonly Row[];
  columns: readonly string[];
  label: string;
  depth: number;
}

const DataTable = ({ rows, columns, label, depth }: DataTableProps) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard can scroll only what has the focus.
  <section class="scroll" tabIndex={0} aria-label={label}>
    <table>
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              <bdi>{name}</bdi>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {columns.map((name) => (
              <td key={name}>
                <Value value={row[name]} label={name} depth={depth + 2} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

/** The columns of a list of objects with few and simple properties; `undefined` for every other list. */
const columnsOf = (items: readonly unknown[]): string[] | undefined => {
  if (!items.every((item): item is Row => isObject(item) && !Object.values(item).some(isObject))) {
    return undefined;
  }
  const columns = [...new Set(items.flatMap((item) => Object.keys(item)))];
  return columns.length > 0 && columns.length <= MAX_COLUMNS ? columns : undefined;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

const isLarge = (value: unknown): boolean =>
  isObject(value) || (typeof value === 'string' && value.includes('\n'));
