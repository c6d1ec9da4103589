import { zipSync } from 'fflate';

/** The earliest time that a zip can contain. Local time, as the format requires: the same bytes in every time zone. */
const epoch = () => new Date(1980, 0, 1);
const UNIX = 3;
const REGULAR_FILE_READABLE_BY_ALL = 0o100644 << 16;

/** A zip whose bytes depend only on names and contents. */
export const zip = (files: ReadonlyMap<string, Uint8Array>): Uint8Array =>
  zipSync(Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1))), {
    level: 9,
    mtime: epoch(),
    os: UNIX,
    attrs: REGULAR_FILE_READABLE_BY_ALL,
  });
