import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  moveToPort,
  readSnapshotMark,
  restoreSnapshot,
  saveSnapshot,
  snapshotKey,
} from '#scripts/local/snapshot.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rez-agent-snapshot-'));
});

afterEach(() => rmSync(root, { recursive: true }));

const put = (file: string, text = file) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

const get = (file: string) => readFileSync(join(root, file), 'utf8');

describe('snapshotKey', () => {
  beforeEach(() => {
    put('terraform/modules/queue/main.tf');
    put('terraform/envs/local/main.tf');
    put('scripts/local/requirements.txt');
    put('dist/processor.zip');
  });

  it.each([
    { file: 'terraform/modules/queue/main.tf', says: 'a module changes' },
    { file: 'docs/api/openapi.yaml', says: 'the API gets a route' },
    { file: 'terraform/envs/local/variables.tf', says: 'the local root gets a file' },
    { file: 'terraform/envs/local/.terraform.lock.hcl', says: 'the provider changes' },
    { file: 'scripts/local/requirements.txt', says: 'the version of the local AWS changes' },
    { file: 'dist/sweeper.zip', says: 'a function is added' },
  ])('changes when $says', ({ file }) => {
    const before = snapshotKey(root);
    put(file, 'other');

    expect(snapshotKey(root)).not.toBe(before);
  });

  it.each([
    { file: 'dist/processor.zip', says: 'code changes, because every start pushes the code' },
    { file: 'terraform/envs/prod/main.tf', says: 'another stage changes' },
    { file: 'terraform/modules/queue/tests/queue.tftest.hcl', says: 'a test changes' },
    { file: 'terraform/envs/local/imports.tf', says: 'a failed apply left its import blocks' },
  ])('does not change when $says', ({ file }) => {
    const before = snapshotKey(root);
    put(file, 'other');

    expect(snapshotKey(root)).toBe(before);
  });
});

describe('a snapshot', () => {
  const mark = { key: 'k1', port: 40_000 };

  it('restores the state, the objects and the Terraform state, and nothing else', () => {
    put('dev/state/sqs.json');
    put('dev/s3/bucket/key');
    put('dev/terraform.tfstate');
    put('dev/ministack.log');

    saveSnapshot(join(root, 'dev'), join(root, 'store'), mark);
    const restored = restoreSnapshot(join(root, 'store'), 'k1', join(root, 'e2e'));

    expect(restored).toEqual(mark);
    expect(get('e2e/state/sqs.json')).toBe('dev/state/sqs.json');
    expect(get('e2e/s3/bucket/key')).toBe('dev/s3/bucket/key');
    expect(get('e2e/terraform.tfstate')).toBe('dev/terraform.tfstate');
    expect(existsSync(join(root, 'e2e/ministack.log'))).toBe(false);
  });

  it('of another configuration is not restored', () => {
    put('dev/state/sqs.json');
    saveSnapshot(join(root, 'dev'), join(root, 'store'), mark);

    const restored = restoreSnapshot(join(root, 'store'), 'k2', join(root, 'e2e'));

    expect(restored).toBeUndefined();
    expect(existsSync(join(root, 'e2e'))).toBe(false);
  });

  it('is not replaced by a later one with the same key', () => {
    put('dev/state/sqs.json', 'first');
    saveSnapshot(join(root, 'dev'), join(root, 'store'), mark);
    put('dev/state/sqs.json', 'second');

    saveSnapshot(join(root, 'dev'), join(root, 'store'), { ...mark, port: 1 });

    expect(get('store/k1/state/sqs.json')).toBe('first');
    expect(readSnapshotMark(join(root, 'store/k1'))).toEqual(mark);
  });

  it('is removed when three others were used later', () => {
    put('dev/state/sqs.json');
    for (const key of ['a', 'b', 'c', 'd']) {
      saveSnapshot(join(root, 'dev'), join(root, 'store'), { key, port: 1 });
    }

    const kept = ['a', 'b', 'c', 'd'].filter((key) => readSnapshotMark(join(root, 'store', key)));

    expect(kept).toHaveLength(3);
    expect(kept).toContain('d');
  });
});

describe('moveToPort', () => {
  it('changes addresses of this machine in the state and in the Terraform state', () => {
    put('dev/state/sqs.json', '{"http://127.0.0.1:40000/000000000000/q":{"size":40000}}');
    put('dev/terraform.tfstate', '"[\\"http://localhost:40000/q\\"]"');

    moveToPort(join(root, 'dev'), 40_000, 40_001);

    expect(get('dev/state/sqs.json')).toBe(
      '{"http://127.0.0.1:40001/000000000000/q":{"size":40000}}',
    );
    expect(get('dev/terraform.tfstate')).toBe('"[\\"http://localhost:40001/q\\"]"');
  });

  it.each(['127.0.0.1:400001/q', '"size":40000', '12:40000', 'http://example.com:40000'])(
    'does not change %s',
    (text) => {
      put('dev/state/x.json', text);

      moveToPort(join(root, 'dev'), 40_000, 50_000);

      expect(get('dev/state/x.json')).toBe(text);
    },
  );
});
