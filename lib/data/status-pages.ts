/** The place of a row in an index by status: its id, and the date that sorts the index. */
export interface StatusPlace {
  id: string;
  /** ISO 8601. */
  date: string;
}

export interface StatusPageOptions {
  /** Rows on a page. 1 to 1,000. */
  limit: number;
  /** Where the page begins. */
  after: StatusPlace | undefined;
}

/** How the rows of a table are read. */
export interface StatusRows<Row> {
  /** The places of the rows of a status, newest first, from the index, which lags. */
  query: (status: string, options: StatusPageOptions) => Promise<StatusPlace[]>;
  /** The rows with these ids, in the same order. */
  find: (ids: readonly string[]) => Promise<Row[]>;
  idOf: (row: Row) => string;
}

/** The maximum number of index entries of each status that one request reads, except for its first page. */
const MAX_READ = 1_000;
/** The maximum size of a page with more than one row. Bytes of JSON. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/**
 * A page of the rows that have one of these statuses, newest first: one query per status, merged. The index lags, so the
 * status is checked again on the row.
 * @returns the rows, and where the next page continues; absent on the last page
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const readStatusPage = async <Row extends { status: string }>(
  statuses: readonly string[],
  { limit, after }: StatusPageOptions,
  { query, find, idOf }: StatusRows<Row>,
): Promise<{ rows: Row[]; next?: StatusPlace }> => {
  const rows: Row[] = [];
  let last: StatusPlace | undefined;
  let sizeBytes = 0;
  let from = after;
  for (let read = 0; read < MAX_READ; read += limit) {
    const pages = await Promise.all(
      statuses.map((status) => query(status, { limit: limit + 1, after: from })),
    );
    const places = pages
      .flat()
      .sort(newestFirst)
      .slice(0, limit + 1);
    // A row whose status changes between the queries is in two partitions.
    const ids = new Set(places.map(({ id }) => id));
    for (const row of await find([...ids])) {
      if (!statuses.includes(row.status)) continue;
      sizeBytes += Buffer.byteLength(JSON.stringify(row));
      const isFull = rows.length === limit || sizeBytes > MAX_PAGE_BYTES;
      if (isFull && last !== undefined) return { rows, next: last };
      rows.push(row);
      // The place in the index, because the row may have another date by now.
      last = places.find(({ id }) => id === idOf(row));
    }
    if (places.length <= limit) return { rows };
    from = places.at(-1);
  }
  return { rows, ...(from === undefined ? {} : { next: from }) };
};

const newestFirst = (a: StatusPlace, b: StatusPlace): number =>
  b.date.localeCompare(a.date) || b.id.localeCompare(a.id);
