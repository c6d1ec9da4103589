import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '#handlers/web/app/parts/button.tsx';
import type { ListNode } from './form-node.ts';
import { emptyValue, type FormValue } from './form-value.ts';

export interface ListEntriesProps {
  node: ListNode;
  items: readonly FormValue[];
  onChange: (items: FormValue[]) => void;
  /** The control of one entry. */
  children: (item: FormValue, index: number) => ComponentChildren;
}

/** The entries of a list, with buttons that add and remove them. */
export const ListEntries = ({ node, items, onChange, children }: ListEntriesProps) => {
  const box = useRef<HTMLDivElement>(null);
  const lastCount = useRef(items.length);
  // The focus goes to the entry that was added, and never gets lost with one that was removed.
  useLayoutEffect(() => {
    const { current } = box;
    if (items.length > lastCount.current) {
      current
        ?.querySelector<HTMLElement>('.list-entry:nth-last-child(2) :is(input, textarea)')
        ?.focus();
    }
    if (items.length < lastCount.current)
      current?.querySelector<HTMLElement>('.list-add button')?.focus();
    lastCount.current = items.length;
  }, [items.length]);
  return (
    <div ref={box} class="list-entries">
      {items.map((item, index) => (
        <div key={index} class="list-entry">
          {children(item, index)}
          <Button
            label={`Remove ${node.label} ${index + 1}`}
            onClick={() => onChange(items.filter((_one, at) => at !== index))}
          >
            Remove
          </Button>
        </div>
      ))}
      <div class="list-add">
        <Button
          isDisabled={items.length >= node.maxItems}
          label={`Add to ${node.label}`}
          onClick={() => onChange([...items, emptyValue(node.item)])}
        >
          Add
        </Button>
      </div>
    </div>
  );
};
