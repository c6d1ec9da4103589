/**
 * The part of Mermaid that the pages use. It is stricter than Mermaid: every node and participant is declared, and every
 * label of a flowchart is in quotes, because Mermaid's own parser needs a browser and accepts more than GitHub draws.
 */
const ID = '[a-zA-Z]\\w*';
const LABEL = '"[^"]+"';
/** A node with its label: a box, a database, a queue, a round box. */
const NODE = new RegExp(
  `^(${ID})(?:\\[${LABEL}\\]|\\[\\(${LABEL}\\)\\]|\\[\\[${LABEL}\\]\\]|\\(\\[${LABEL}\\]\\))$`,
);
const EDGE = new RegExp(
  `^(${ID}(?: & ${ID})*) (?:-->|-\\.->|---)(?:\\|${LABEL}\\|)? (${ID}(?: & ${ID})*)$`,
);
const SUBGRAPH = new RegExp(`^subgraph ${ID}\\[${LABEL}\\]$`);
const PARTICIPANT = new RegExp(`^(?:participant|actor) (${ID}) as [^;#]+$`);
const ARROW = new RegExp(`^(${ID})(?:->>|-->>|-\\)|--\\))(${ID}): [^;#]+$`);
const NOTE = new RegExp(`^Note (?:over|left of|right of) (${ID}(?:,${ID})?): [^;#]+$`);
const OPENS = /^(?:loop|opt|alt|par) [^;#]+$/;

/** Words that Mermaid reads as keywords. */
const RESERVED = [
  'end',
  'graph',
  'subgraph',
  'class',
  'click',
  'style',
  'default',
  'loop',
  'alt',
  'opt',
];

/** The problems of a picture, with the number of the line. Empty when there are none. */
export const mermaidProblems = (text: string): string[] => {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const check =
    { sequenceDiagram: sequenceLine }[first] ??
    (/^flowchart (?:LR|TB)$/.test(first) ? flowchartLine : undefined);
  if (check === undefined) return [`1: is not a known picture: ${first}`];
  const names = new Set<string>();
  let depth = 0;
  const problems = rest.flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '') return [];
    const { declares, uses = [], opens = 0, problem } = check(line);
    depth += opens;
    if (declares !== undefined) names.add(declares);
    const unknown = uses
      .filter((name) => !names.has(name))
      .map((name) => `${name} is not declared`);
    const reserved = declares !== undefined && RESERVED.includes(declares.toLowerCase());
    return [
      ...(problem === undefined ? [] : [problem]),
      ...unknown,
      ...(reserved ? [`${declares} is a keyword`] : []),
      ...(depth < 0 ? ['this end belongs to nothing'] : []),
    ].map((found) => `${index + 2}: ${found}`);
  });
  return depth > 0 ? [...problems, 'an end is missing'] : problems;
};

interface Line {
  declares?: string;
  uses?: string[];
  /** 1 when the line begins a block, -1 when it ends one. */
  opens?: number;
  problem?: string;
}

const flowchartLine = (line: string): Line => {
  if (line === 'end') return { opens: -1 };
  if (SUBGRAPH.test(line)) return { opens: 1 };
  const node = NODE.exec(line);
  if (node) return { declares: node[1] ?? '' };
  const edge = EDGE.exec(line);
  if (edge) return { uses: [edge[1], edge[2]].flatMap((ids = '') => ids.split(' & ')) };
  return { problem: `is not a node, an arrow or a subgraph: ${line}` };
};

const sequenceLine = (line: string): Line => {
  if (line === 'end') return { opens: -1 };
  if (line.startsWith('else ')) return {};
  if (OPENS.test(line)) return { opens: 1 };
  const participant = PARTICIPANT.exec(line);
  if (participant) return { declares: participant[1] ?? '' };
  const arrow = ARROW.exec(line);
  if (arrow) return { uses: [arrow[1] ?? '', arrow[2] ?? ''] };
  const note = NOTE.exec(line);
  if (note) return { uses: (note[1] ?? '').split(',') };
  return { problem: `is not a participant, an arrow, a note or a block: ${line}` };
};
