/** Marks the link of a row, so that the arrow keys find it. */
export const ROW_LINK = { 'data-row': '' } as const;

const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(index + 1, count - 1),
  ArrowUp: (index) => Math.max(index - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * Moves the focus from the link of a row to that of another one, with the arrow keys, Home and End. In a nested list, the
 * left arrow leads to the parent and the right arrow to the first child. Other keys, and keys on anything else, do what they
 * do everywhere.
 */
export const onRowKey = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
  const from = event.target;
  const hasModifier = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  if (hasModifier || !(from instanceof HTMLElement) || from.dataset.row === undefined) return;
  const to = NESTED[event.key]?.(from) ?? listed(event.key, from, event.currentTarget);
  if (to === undefined) return;
  event.preventDefault();
  to.focus();
};

const listed = (key: string, from: HTMLElement, list: HTMLElement): HTMLElement | undefined => {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-row]')];
  const index = STEPS[key]?.(rows.indexOf(from), rows.length);
  return index === undefined ? undefined : rows[index];
};

const NESTED: Readonly<Record<string, (from: HTMLElement) => HTMLElement | undefined>> = {
  ArrowLeft: (from) => rowOf(from.closest('li')?.parentElement?.closest('li')),
  ArrowRight: (from) => rowOf(from.closest('li')?.querySelector('ol')),
};

const rowOf = (parent: Element | null | undefined): HTMLElement | undefined =>
  parent?.querySelector<HTMLElement>('[data-row]') ?? undefined;
