import { describe, expect, it } from 'vitest';
import { hclMutantsOf, isOfValue } from '#scripts/mutate/hcl-mutants.ts';

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

  it.each([
    ['a fixed value to another valid one', '  mode = "PAY_PER_REQUEST"', '"PROVISIONED"'],
    ['a severity', '  severity = "critical"', '"warning"'],
    ['a text that is a number', '  RETRIES = "3"', '4'],
    ['a number of a rate', '  schedule_expression = "rate(1 minute)"', '2'],
    ['a bound of a pattern', '  name = regex("^[a-z]{1,64}$", var.name)', '65'],
  ])('changes %s', (_, body, replacement) => {
    expect(changesOf(body).map(([, changed]) => changed)).toContain(replacement);
  });
});

describe('isOfValue', () => {
  it.each([
    ['  days = 14', ['14']],
    ['  sse = true', ['true']],
    ['  severity = "critical"', ['"critical"']],
    ['  expression = "IF(a > 5, 1, 0)"', ['5', '1', '0']],
    ['  kms = "alias/aws/sns"', []],
    ['  a = b > c', []],
  ])('chooses the values of%s', (body, values) => {
    const mutants = hclMutantsOf(FILE, `resource "aws_a" "this" {\n${body}\n}\n`);

    expect(mutants.filter(isOfValue).map(({ original }) => original)).toEqual(values);
  });
});
