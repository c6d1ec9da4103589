import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_DIR } from '#scripts/local/paths.ts';
import type { State } from '#test/support/iam/policy.ts';
import type { RecordedCall } from './recorder.ts';

/** The folder of the stack of the end-to-end tests. */
export const STACK_DIR = join(LOCAL_DIR, 'e2e');

/** The record of the functions' calls in a run of the end-to-end tests. */
export interface CallRecord {
  /** Why some calls may be missing. Absent after a complete run. */
  incomplete?: string;
  calls: RecordedCall[];
  unread: string[];
}

const FILE = join(STACK_DIR, 'calls.json');

export const writeRecord = (record: CallRecord): void =>
  writeFileSync(FILE, `${JSON.stringify(record, undefined, 1)}\n`);

/** Delete the record of an earlier run, which would be misleading. */
export const removeRecord = (): void => rmSync(FILE, { force: true });

/** @throws Error if there was no run */
export const readRecord = (): CallRecord => read<CallRecord>(FILE);

/**
 * The Terraform state of that run.
 * @throws Error if there was none
 */
export const readState = (): State => read<State>(join(STACK_DIR, 'terraform.tfstate'));

const read = <T>(file: string): T => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new Error('run the end-to-end tests first', { cause });
  }
};
