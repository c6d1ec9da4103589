import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mermaidProblems } from '#test/support/mermaid.ts';
import { blocksOf } from '#test/support/pages.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PICTURES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT }).sort()].flatMap((page) =>
  blocksOf(page, 'mermaid').map((text, index) => ({ page, index, text })),
);

describe('the pictures in Mermaid', () => {
  it('exist', () => {
    expect(PICTURES.length).toBeGreaterThanOrEqual(5);
  });

  it.each(PICTURES)('of $page, number $index, can be drawn', ({ text }) => {
    expect(mermaidProblems(text)).toEqual([]);
  });
});

describe('the check of a picture', () => {
  it.each([
    ['pie\n  "a": 1', '1: is not a known picture: pie'],
    ['flowchart LR\n  a["A"]\n  a --> b', '3: b is not declared'],
    ['flowchart LR\n  a[A (1)]', '2: is not a node, an arrow or a subgraph: a[A (1)]'],
    ['flowchart LR\n  end["End"]', '2: end is a keyword'],
    ['flowchart LR\n  a["A"]\n  a -> a', '3: is not a node, an arrow or a subgraph: a -> a'],
    ['flowchart LR\n  subgraph s["S"]\n  a["A"]', 'an end is missing'],
    ['flowchart LR\n  end', '2: this end belongs to nothing'],
    ['sequenceDiagram\n  participant a as A\n  a->>b: hello', '3: b is not declared'],
    [
      'sequenceDiagram\n  participant a as A\n  a->>a: one; two',
      '3: is not a participant, an arrow, a note or a block: a->>a: one; two',
    ],
  ])('finds the mistake in %j', (text, problem) => {
    expect(mermaidProblems(text)).toEqual([problem]);
  });

  it('accepts nodes of every form, arrows with labels, blocks and notes', () => {
    const flowchart = [
      'flowchart TB',
      '  subgraph aws["AWS"]',
      '    a["A"]',
      '    b[("B")]',
      '    c[["C"]]',
      '    d(["D"])',
      '  end',
      '  a -->|"wakes"| b',
      '  a & b -.-> c',
      '  c --- d',
    ];
    const sequence = [
      'sequenceDiagram',
      '  actor p as Person',
      '  participant a as web-api',
      '  p->>a: POST /api/messages',
      '  alt it works',
      '    a-->>p: 201',
      '  else it fails',
      '    a-->>p: 503',
      '  end',
      '  Note over p,a: in a second',
    ];

    expect(mermaidProblems(flowchart.join('\n'))).toEqual([]);
    expect(mermaidProblems(sequence.join('\n'))).toEqual([]);
  });
});
