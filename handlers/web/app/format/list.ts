/** `a`, `a and b`, `a, b and c`; with more items than `max`: `a, b, c and 4 more`. */
export const listText = (items: readonly string[], max = 3): string => {
  const shown = items.length > max ? [...items.slice(0, max), `${items.length - max} more`] : items;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
};
