import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { python } from './python.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rez-agent-saves-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

const put = (file: string, text: string) => {
  mkdirSync(dirname(join(dir, file)), { recursive: true });
  writeFileSync(join(dir, file), text);
};

/** The state of each service, or `fails` if it cannot be read. */
type States = Record<string, Record<string, unknown> | null | 'fails'>;

const save = (...steps: readonly States[]) => {
  const [saves, loaded, files] = python<[string[], Record<string, unknown>, string[]]>(
    'save_steps.py',
    [dir, steps],
  );
  return { saves, loaded, files };
};

describe('a save of the running local AWS', () => {
  it('replaces the last save and is loaded by the next start', () => {
    const { saves, loaded } = save({ sqs: { queues: 1 } }, { sqs: { queues: 2 } });

    expect(saves).toEqual(['2']);
    expect(loaded).toEqual({ sqs: { queues: 2 } });
  });

  it('does not replace the last save when the state of one service cannot be read', () => {
    const { saves, loaded } = save(
      { sns: { topics: 1 }, sqs: { queues: 1 } },
      { sns: { topics: 2 }, sqs: 'fails' },
    );

    expect(saves).toEqual(['1']);
    expect(loaded).toEqual({ sns: { topics: 1 }, sqs: { queues: 1 } });
  });

  it('succeeds after one that was interrupted', () => {
    put('saves/4/sqs.json', '{}');
    put('saves/new/half', '');

    const { saves, files } = save({ sqs: { queues: 5 } });

    expect(saves).toEqual(['5']);
    expect(files).toEqual(['sqs.json']);
    expect(existsSync(join(dir, 'saves/new'))).toBe(false);
  });

  it('keeps the loaded keys and code, and the loaded state of services that return none', () => {
    put('state/cognito-pool-keys/pool.pem', 'key');
    put('state/lambda-blobs/1.zip', 'code');
    put('state/logs.json', '{"groups":["a"]}');
    put('state/sqs.json', '{"queues":1}');

    const { files, loaded } = save({ sqs: { queues: 2 }, logs: null });

    expect(files).toEqual(['cognito-pool-keys', 'lambda-blobs', 'logs.json', 'sqs.json']);
    expect(loaded).toEqual({ sqs: { queues: 2 }, logs: { groups: ['a'] } });
    expect(existsSync(join(dir, 'saves/1/cognito-pool-keys/pool.pem'))).toBe(true);
  });
});
