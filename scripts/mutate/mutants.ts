/** The small changes of TypeScript code that tests must detect. */
import { parseAst } from 'vitest/node';

export interface Mutant {
  /** Relative to the top folder. */
  file: string;
  /** The replaced text: offsets in UTF-16 units. */
  start: number;
  end: number;
  line: number;
  /** The name of the top-level declaration that contains it. */
  within: string;
  original: string;
  replacement: string;
  /** A statement is skipped as a whole; an expression is replaced. */
  shape: 'expression' | 'statement';
}

interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

const OPPOSITE: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '&&': ['||'],
  '||': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '+=': ['-='],
  '-=': ['+='],
};

const SWAPPED_METHODS: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
]);

/** Calls whose result can be replaced by the object that they are called on. */
const REMOVED_METHODS = new Set(
  'filter slice sort toSorted reverse toReversed trim toLowerCase toUpperCase'.split(' '),
);

/** Conditions of these types are changed where their operator is. */
const HAS_OWN_MUTANT = new Set(['BinaryExpression', 'LogicalExpression', 'UnaryExpression']);

/** A longer object is data, not a condition. Properties. */
const MAX_PROPERTIES = 12;

/** Every mutant of a file, in the order of the source. Types, log lines and text for people have none. */
export const mutantsOf = (file: string, source: string): Mutant[] => {
  const found: Mutant[] = [];
  let within = '';

  const textOf = ({ start, end }: Node) => source.slice(start, end);
  const add = (node: Node, replacement: string, shape: Mutant['shape'] = 'expression') => {
    const original = textOf(node);
    if (replacement === original) return;
    const line = source.slice(0, node.start).split('\n').length;
    const { start, end } = node;
    found.push({ file, start, end, line, within, original, replacement, shape });
  };
  /** The node with another text in place of one part of it. */
  const replaced = (node: Node, part: { start: number; end: number }, text: string) =>
    source.slice(node.start, part.start) + text + source.slice(part.end, node.end);
  const swapOperator = (node: Node, left: Node, right: Node) => {
    const between = { start: left.end, end: right.start };
    const old = String(node.operator);
    for (const operator of OPPOSITE[old] ?? []) {
      const gap = source.slice(between.start, between.end).replace(old, operator);
      add(node, replaced(node, between, gap));
    }
  };

  const negate = (test: Node) => {
    if (!HAS_OWN_MUTANT.has(test.type)) add(test, `!(${textOf(test)})`);
  };
  const emptyResult = (value: Node | null) => {
    if (value === null || isNothing(value) || isSkipped(value, textOf)) return;
    if (value.type === 'Literal' || value.type === 'ConditionalExpression') return;
    add(value, 'undefined');
  };

  const visitors: Readonly<Record<string, (node: Node) => void>> = {
    BinaryExpression: (node) => {
      const [left, right] = [node.left, node.right] as [Node, Node];
      if (node.operator === '+' && (isText(left) || isText(right))) return;
      swapOperator(node, left, right);
    },
    AssignmentExpression: (node) => swapOperator(node, node.left as Node, node.right as Node),
    LogicalExpression: (node) => {
      const [left, right] = [node.left, node.right] as [Node, Node];
      if (node.operator === '??') add(node, textOf(left));
      else swapOperator(node, left, right);
    },
    UnaryExpression: (node) => {
      if (node.operator === '!') add(node, textOf(node.argument as Node));
    },
    Literal: (node) => {
      const { value } = node as unknown as { value: unknown };
      if (typeof value === 'boolean') add(node, String(!value));
      if (typeof value === 'number') {
        add(node, String(value + 1));
        if (value > 0) add(node, String(value - 1));
      }
      if (typeof value === 'string' && !isForPeople(value)) add(node, value ? "''" : "'mutant'");
    },
    IfStatement: (node) => negate(node.test as Node),
    ConditionalExpression: (node) => negate(node.test as Node),
    WhileStatement: (node) => negate(node.test as Node),
    ReturnStatement: (node) => emptyResult(node.argument as Node | null),
    VariableDeclarator: (node) => {
      const value = node.init as Node | null;
      if (value?.type !== 'ArrowFunctionExpression' || value.expression !== true) return;
      emptyResult(value.body as Node);
    },
    ExpressionStatement: (node) => {
      if (node.directive === undefined || node.directive === null) add(node, '', 'statement');
    },
    ChainExpression: (node) => {
      const at = optionalPart(node);
      if (at !== undefined) {
        const gap = source.slice(at.start, at.end);
        const plain = gap.replace(/\?\.(?=\s*[[(])/, '').replace('?.', '.');
        add(node, replaced(node, at, plain));
      }
    },
    CallExpression: (node) => {
      const callee = node.callee as Node;
      if (callee.type !== 'MemberExpression' || callee.computed === true) return;
      const property = callee.property as Node;
      const swapped = SWAPPED_METHODS.get(textOf(property));
      if (swapped !== undefined) add(node, replaced(node, property, swapped));
      if (REMOVED_METHODS.has(textOf(property))) add(node, textOf(callee.object as Node));
    },
    ObjectExpression: (node) => {
      const properties = node.properties as Node[];
      if (properties.length > MAX_PROPERTIES) return;
      for (const property of properties) {
        const key = property.key as Node | undefined;
        if (key !== undefined && textOf(key) === 'cause') continue;
        const others = properties.filter((other) => other !== property).map(textOf);
        add(node, others.length === 0 ? '{}' : `{ ${others.join(', ')} }`);
      }
    },
  };

  /** `onSpine`: within an optional chain, where parentheses would end the chain. */
  const visit = (node: Node, onSpine = false): void => {
    if (isSkipped(node, textOf)) return;
    if (!onSpine) visitors[node.type]?.(node);
    const spine = spineOf(node, onSpine);
    for (const [key, value] of Object.entries(node)) {
      if (SKIPPED_KEYS.has(key) || (key === 'key' && node.computed !== true)) continue;
      if (node.type === 'MemberExpression' && key === 'property' && node.computed !== true)
        continue;
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) visit(child, key === spine);
      }
    }
  };

  const { body } = parseAst(source, { lang: 'ts' }, file) as unknown as { body: Node[] };
  for (const statement of body) {
    within = nameOf(statement, textOf);
    visit(statement);
  }
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
};

const SKIPPED_KEYS = new Set(
  'id typeAnnotation typeArguments typeParameters returnType superTypeArguments'.split(' '),
);
const WITHOUT_MUTANTS = /^(Import|TS(?!AsExpression|SatisfiesExpression|NonNullExpression))/;
const LOG_CALL = /^(\w+\.)*(log|logger)\??\.\w+$/;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Types and log lines are not mutated. */
const isSkipped = (node: Node, textOf: (node: Node) => string): boolean => {
  if (WITHOUT_MUTANTS.test(node.type)) return true;
  if (node.type === 'ExportAllDeclaration') return true;
  const value = node.type === 'ExpressionStatement' ? (node.expression as Node) : node;
  const call = value.type === 'AwaitExpression' ? (value.argument as Node) : value;
  return call.type === 'CallExpression' && LOG_CALL.test(textOf(call.callee as Node));
};

/** The key of the child that continues an optional chain. */
const spineOf = (node: Node, onSpine: boolean): string | undefined => {
  if (node.type === 'ChainExpression') return 'expression';
  if (!onSpine) return undefined;
  return node.type === 'CallExpression' ? 'callee' : 'object';
};

/** Where the first `?.` of a chain is. */
const optionalPart = (chain: Node): { start: number; end: number } | undefined => {
  let first: { start: number; end: number } | undefined;
  for (let node = chain.expression as Node | undefined; node !== undefined; ) {
    const inner = (node.type === 'CallExpression' ? node.callee : node.object) as Node | undefined;
    const isLink = node.type === 'CallExpression' || node.type === 'MemberExpression';
    if (inner === undefined || !isLink) break;
    if (node.optional === true) first = { start: inner.end, end: node.end };
    node = inner;
  }
  return first;
};

const isNothing = (node: Node) => node.type === 'Identifier' && node.name === 'undefined';

const isText = (node: Node): boolean =>
  node.type === 'TemplateLiteral' ||
  (node.type === 'Literal' && typeof node.value === 'string') ||
  (node.type === 'BinaryExpression' && (isText(node.left as Node) || isText(node.right as Node)));

const isForPeople = (text: string) => /\S\s+\S/.test(text);

const nameOf = (statement: Node, textOf: (node: Node) => string): string => {
  const declaration = (statement.declaration as Node | null | undefined) ?? statement;
  const declarators = declaration.declarations as Node[] | undefined;
  const id = (declarators?.[0] ?? declaration).id as Node | null | undefined;
  return id === null || id === undefined ? '' : textOf(id).replace(/:.*/s, '').trim();
};
