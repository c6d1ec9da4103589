import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_DIR } from '#scripts/local/places.ts';
import type { State } from '#test/support/iam/policy.ts';
import type { RecordedCall } from './recorder.ts';

/** Folder of the stack that the end-to-end tests run on. */
export const STACK_DIR = join(LOCAL_DIR, 'e2e');

/** What a run of the end-to-end tests leaves behind about its functions' calls. */
export interface CallRecord {
  /** Why some calls may be missing; absent after a run of everything. */
  incomplete?: string;
  calls: RecordedCall[];
  unread: string[];
}

const FILE = join(STACK_DIR, 'calls.json');

export const writeRecord = (record: CallRecord): void =>
  writeFileSync(FILE, `${JSON.stringify(record, undefined, 1)}\n`);

/** No record is better than that of an earlier run. */
export const removeRecord = (): void => rmSync(FILE, { force: true });

/** @throws Error when there was no run. */
export const readRecord = (): CallRecord => read<CallRecord>(FILE);

/** What Terraform applied for that run. @throws Error when there was none. */
export const readState = (): State => read<State>(join(STACK_DIR, 'terraform.tfstate'));

const read = <T>(file: string): T => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new Error('run the end-to-end tests first', { cause });
  }
};
