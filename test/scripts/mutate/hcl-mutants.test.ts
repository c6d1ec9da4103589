import { describe, expect, it } from 'vitest';
import { hclMutantsOf } from '#scripts/mutate/hcl-mutants.ts';

const FILE = 'terraform/modules/a/main.tf';
const changesOf = (body: string, file = FILE) =>
  hclMutantsOf(file, `resource "aws_a" "this" {\n${body}\n}\n`).map(({ original, replacement }) => [
    original,
    replacement,
  ]);

describe('hclMutantsOf', () => {
  it.each([
    ['a number', '  days = 14 * local.day_s', ['14', '15']],
    ['a boolean', '  sse = true', ['true', 'false']],
    ['a string', '  kms = "alias/aws/sns"', ['"alias/aws/sns"', '"mutant"']],
    ['a comparison', '  a = b > c', ['>', '>=']],
    ['a logical operator', '  a = b && c', ['&&', '||']],
  ])('changes %s, or removes its attribute', (_, body, change) => {
    expect(changesOf(body)).toEqual([[body.trim(), ''], change]);
  });

  it('removes each element of a list', () => {
    expect(changesOf('  actions = ["a:B", "a:C"]')).toContainEqual(['["a:B", "a:C"]', '["a:C"]']);
    expect(changesOf('  actions = ["a:B", "a:C"]')).toContainEqual(['["a:B", "a:C"]', '["a:B"]']);
  });

  it('changes what stands inside an attribute of several lines, but does not remove its first line', () => {
    expect(changesOf('  policy = jsonencode({\n    max = 3\n  })')).toEqual([
      ['max = 3', ''],
      ['3', '4'],
    ]);
  });

  it.each([
    '  description = "three of 3"',
    '  error_message = "must be 3"',
    '  sid = "A"',
    '  # days = 3',
    '  depends_on = [aws_b.c]',
  ])('leaves alone: %s', (body) => {
    expect(changesOf(body)).toEqual([]);
  });

  it('leaves versions and outputs alone', () => {
    expect(changesOf('  days = 3', 'terraform/modules/a/versions.tf')).toEqual([]);
    expect(changesOf('  days = 3', 'terraform/modules/a/outputs.tf')).toEqual([]);
  });

  it('names the line and the block', () => {
    const source = 'locals {\n  a = 1\n}\n\nresource "aws_a" "b" {\n  c = true # why\n}\n';

    expect(hclMutantsOf(FILE, source)).toContainEqual({
      ...{ file: FILE, line: 6, within: 'resource aws_a b', shape: 'expression' },
      ...{ original: 'true', replacement: 'false', start: 49, end: 53 },
    });
  });
});
