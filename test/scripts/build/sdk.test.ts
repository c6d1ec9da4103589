import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { buildFunction } from '#scripts/build.ts';
import { type SourceTree, sourceTree } from '#test/scripts/source-tree.ts';

const trees: SourceTree[] = [];
const aTree = (files: Readonly<Record<string, string>>) => {
  const tree = sourceTree(files);
  trees.push(tree);
  return tree;
};
afterEach(() => {
  for (const tree of trees.splice(0)) tree.remove();
});

describe('the AWS SDK in a bundle', () => {
  it('has no schema of an operation or an error that nobody uses', async () => {
    const { root } = aTree({
      'handlers/one/index.ts': `
        import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
        export const handler = () =>
          new DynamoDBClient({}).send(new GetItemCommand({ TableName: 'any', Key: {} }));`,
    });
    const code = readFileSync((await buildFunction('one', { root })).bundle, 'utf8');

    expect(code).toContain('GetItem');
    expect(code).not.toContain('BackupInUseException');
    expect(code).not.toContain('CreateGlobalTable');
  });
});
