import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeLastSave } from '#scripts/local/saves.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rez-agent-saves-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

const put = (file: string, text: string) => {
  mkdirSync(dirname(join(dir, file)), { recursive: true });
  writeFileSync(join(dir, file), text);
};

const state = () => readFileSync(join(dir, 'state/sqs.json'), 'utf8');

describe('the state that a start loads', () => {
  it('is the newest save, without anything of the state before it', () => {
    put('state/sqs.json', 'at the start');
    put('state/gone.json', '');
    put('saves/9/sqs.json', 'earlier');
    put('saves/10/sqs.json', 'last');

    takeLastSave(dir);

    expect(state()).toBe('last');
    expect(existsSync(join(dir, 'state/gone.json'))).toBe(false);
    expect(existsSync(join(dir, 'saves'))).toBe(false);
  });

  it('is not an interrupted save', () => {
    put('saves/1/sqs.json', 'last');
    put('saves/new/sqs.json', 'half of');

    takeLastSave(dir);

    expect(state()).toBe('last');
    expect(existsSync(join(dir, 'saves'))).toBe(false);
  });

  it.each(['saves/new/sqs.json', 'log'])(
    'is not replaced when there is no complete save, only %s',
    (file) => {
      put('state/sqs.json', 'at the start');
      put(file, '');

      takeLastSave(dir);

      expect(state()).toBe('at the start');
    },
  );

  it('is the save when the last start was killed after it had removed the old state', () => {
    put('saves/3/sqs.json', 'last');

    takeLastSave(dir);
    takeLastSave(dir);

    expect(state()).toBe('last');
  });
});
