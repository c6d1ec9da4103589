/** Name of a function → size of its package in bytes. */
export type PackageSizes = Readonly<Record<string, number>>;

/** A table that compares the sizes of packages, as Markdown. */
export const sizeTable = (before: PackageSizes, after: PackageSizes): string => {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const rows = names.map((name) => {
    const [from, to] = [before[name], after[name]];
    return `| ${name} | ${kilobytes(from)} | ${kilobytes(to)} | ${differenceOf(from, to)} |`;
  });
  return [
    '| package | before, KB | after, KB | difference |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
};

const kilobytes = (bytes: number | undefined) =>
  bytes === undefined ? '-' : (bytes / 1_000).toFixed(1);

const differenceOf = (from: number | undefined, to: number | undefined) => {
  if (from === undefined) return 'new';
  if (to === undefined) return 'removed';
  if (from === to) return 'none';
  const sign = to > from ? '+' : '';
  return `${sign}${to - from} bytes, ${sign}${((100 * (to - from)) / from).toFixed(1)} %`;
};
