import { upperFirst } from './upper-first.ts';

/** The name of an operation, to read: `book_tee_time` → `Book tee time`. */
export const operationName = (operation: string): string =>
  upperFirst(operation.replaceAll('_', ' '));
