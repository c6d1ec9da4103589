import { validationError } from './errors.ts';

/** `#name`, a bare name, or a position in a list. */
export type Path = readonly (string | number)[];

export type Operand =
  | { is: 'path'; path: Path }
  | { is: 'value'; name: string }
  | { is: 'size'; of: Operand }
  | { is: 'if_not_exists'; path: Path; otherwise: Operand }
  | { is: 'list_append'; left: Operand; right: Operand }
  | { is: '+' | '-'; left: Operand; right: Operand };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { is: 'and' | 'or'; left: Condition; right: Condition }
  | { is: 'not'; of: Condition }
  | { is: 'compare'; by: Comparator; left: Operand; right: Operand }
  | { is: 'between'; of: Operand; low: Operand; high: Operand }
  | { is: 'in'; of: Operand; list: readonly Operand[] }
  | { is: 'attribute_exists' | 'attribute_not_exists'; path: Path }
  | { is: 'attribute_type' | 'begins_with' | 'contains'; left: Operand; right: Operand };

export interface Update {
  set: readonly { path: Path; to: Operand }[];
  remove: readonly Path[];
  add: readonly { path: Path; value: string }[];
  delete: readonly { path: Path; value: string }[];
}

/** A parsed expression and the placeholders it uses. */
export interface Parsed<Tree> {
  tree: Tree;
  names: readonly string[];
  values: readonly string[];
  /** The first element of every path. */
  roots: readonly string[];
}

type Kind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'UpdateExpression'
  | 'ProjectionExpression';

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];
const FUNCTIONS = ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with'];

/** Those of DynamoDB's 573 reserved words that our attributes use or could use. */
const RESERVED = new Set(
  (
    'ADD ALL AND ANY AS AT BETWEEN BUCKET BY COUNT COUNTER DATA DATE DAY DELETE DURATION END ERROR EXISTS FILTER FIRST ' +
    'FROM GROUP HOUR IN INDEX INNER INPUT ITEM ITEMS KEY KEYS LANGUAGE LAST LENGTH LEVEL LIMIT LIST LOCATION LOCK LOG MAP ' +
    'MAX METHOD METRICS MIN MINUTE MODE MONTH NAME NAMES NEW NEXT NOT NULL NUMBER OBJECT OLD OPEN OR ORDER OTHER OUTPUT ' +
    'OWNER PARAMETERS PATH POSITION PRIMARY RANGE REGION REMOVE REQUEST RESOURCE RESPONSE RESULT RETURN ROLE ROLES SCHEMA ' +
    'SECOND SESSION SET SIZE SOURCE START STATE STATUS STRING SUM SYSTEM TABLE TEXT TIME TIMESTAMP TIMEZONE TOKEN TOTAL ' +
    'TTL TYPE UNIT UNTIL UPDATE URL USE USER USERS UUID VALUE VALUES WHERE YEAR ZONE'
  ).split(' '),
);

const TOKEN =
  /\s*(?:(<=|>=|<>|[=<>(),.+\-[\]])|([#:][A-Za-z0-9_]+)|([A-Za-z_][A-Za-z0-9_]*)|(\d+))/y;

const tokens = (text: string, kind: Kind): string[] => {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== '') {
    const match = TOKEN.exec(text);
    if (match === null) {
      throw validationError(`Invalid ${kind}: Syntax error; token: "${text.slice(at).trim()[0]}"`);
    }
    found.push(match[0].trim());
    at = TOKEN.lastIndex;
  }
  return found;
};

const parser = (text: string, kind: Kind) => {
  const list = tokens(text, kind);
  if (list.length === 0) throw validationError(`Invalid ${kind}: The expression can not be empty;`);
  const names = new Set<string>();
  const values = new Set<string>();
  const roots = new Set<string>();
  let at = 0;

  const peek = (ahead = 0) => list[at + ahead] ?? '<EOF>';
  const syntaxError = () =>
    validationError(
      `Invalid ${kind}: Syntax error; token: "${peek()}", near: "${list.slice(Math.max(at - 1, 0), at + 2).join(' ')}"`,
    );
  const take = (): string => {
    const token = list[at];
    if (token === undefined) throw syntaxError();
    at += 1;
    return token;
  };
  const expect = (token: string) => {
    if (peek().toUpperCase() !== token) throw syntaxError();
    at += 1;
  };
  const accept = (token: string): boolean => {
    if (peek().toUpperCase() !== token) return false;
    at += 1;
    return true;
  };
  const repeated = <T>(one: () => T): T[] => {
    const all = [one()];
    while (accept(',')) all.push(one());
    return all;
  };

  const element = (): string => {
    const token = peek();
    if (!/^[#A-Za-z_]/.test(token)) throw syntaxError();
    at += 1;
    if (token.startsWith('#')) names.add(token);
    else if (RESERVED.has(token.toUpperCase())) {
      throw validationError(
        `Invalid ${kind}: Attribute name is a reserved keyword; reserved keyword: ${token}`,
      );
    }
    return token;
  };
  const path = (): Path => {
    const root = element();
    roots.add(root);
    const parts: (string | number)[] = [root];
    for (;;) {
      if (accept('.')) parts.push(element());
      else if (accept('[')) {
        if (!/^\d+$/.test(peek())) throw syntaxError();
        parts.push(Number(take()));
        expect(']');
      } else return parts;
    }
  };
  const valueName = (): string => {
    if (!peek().startsWith(':')) throw syntaxError();
    const name = take();
    values.add(name);
    return name;
  };
  const calls = (name: string) => peek() === name && peek(1) === '(';
  const operand = (): Operand => {
    if (peek().startsWith(':')) return { is: 'value', name: valueName() };
    if (calls('size')) {
      at += 2;
      const of: Operand = { is: 'path', path: path() };
      expect(')');
      return { is: 'size', of };
    }
    return { is: 'path', path: path() };
  };

  const predicate = (): Condition => {
    if (calls('attribute_exists') || calls('attribute_not_exists')) {
      const is = take() as 'attribute_exists' | 'attribute_not_exists';
      expect('(');
      const of = path();
      expect(')');
      return { is, path: of };
    }
    if (calls('attribute_type') || calls('begins_with') || calls('contains')) {
      const is = take() as 'attribute_type' | 'begins_with' | 'contains';
      expect('(');
      const left = operand();
      expect(',');
      const right = operand();
      expect(')');
      distinct(is, left, right);
      return { is, left, right };
    }
    if (
      peek(1) === '(' &&
      !calls('size') &&
      /^[a-z]/i.test(peek()) &&
      !FUNCTIONS.includes(peek())
    ) {
      throw validationError(`Invalid ${kind}: Invalid function name; function: ${peek()}`);
    }
    const left = operand();
    if (COMPARATORS.includes(peek())) {
      const by = take() as Comparator;
      const right = operand();
      distinct(by, left, right);
      return { is: 'compare', by, left, right };
    }
    if (accept('BETWEEN')) {
      const low = operand();
      expect('AND');
      return { is: 'between', of: left, low, high: operand() };
    }
    if (accept('IN')) {
      expect('(');
      const choices = repeated(operand);
      expect(')');
      if (choices.length > 100) {
        throw validationError(
          `Invalid ${kind}: The IN operator is provided with too many operands`,
        );
      }
      return { is: 'in', of: left, list: choices };
    }
    throw syntaxError();
  };
  const distinct = (operator: string, left: Operand, right: Operand) => {
    if (left.is === 'path' && JSON.stringify(left) === JSON.stringify(right)) {
      throw validationError(
        `Invalid ${kind}: The first operand must be distinct from the remaining operands for this operator or ` +
          `function; operator: ${operator}, first operand: [${left.path.join('.')}]`,
      );
    }
  };
  const closing = (from: number): number => {
    let depth = 0;
    for (let index = from; index < list.length; index += 1) {
      if (list[index] === '(') depth += 1;
      if (list[index] === ')') depth -= 1;
      if (depth === 0) return index;
    }
    throw syntaxError();
  };
  const unit = (): Condition => {
    if (accept('NOT')) return { is: 'not', of: unit() };
    if (peek() !== '(') return predicate();
    if (peek(1) === '(' && closing(at + 1) === closing(at) - 1) {
      throw validationError(`Invalid ${kind}: The expression has redundant parentheses;`);
    }
    at += 1;
    const inside = either();
    expect(')');
    return inside;
  };
  const both = (): Condition => {
    let left = unit();
    while (accept('AND')) left = { is: 'and', left, right: unit() };
    return left;
  };
  const either = (): Condition => {
    let left = both();
    while (accept('OR')) left = { is: 'or', left, right: both() };
    return left;
  };

  const setValue = (): Operand => {
    if (calls('if_not_exists')) {
      at += 2;
      const of = path();
      expect(',');
      const otherwise = setValue();
      expect(')');
      return { is: 'if_not_exists', path: of, otherwise };
    }
    if (calls('list_append')) {
      at += 2;
      const left = setValue();
      expect(',');
      const right = setValue();
      expect(')');
      return { is: 'list_append', left, right };
    }
    if (accept('(')) {
      const inside = sum();
      expect(')');
      return inside;
    }
    return peek().startsWith(':')
      ? { is: 'value', name: valueName() }
      : { is: 'path', path: path() };
  };
  const sum = (): Operand => {
    const left = setValue();
    if (peek() !== '+' && peek() !== '-') return left;
    const is = take() as '+' | '-';
    return { is, left, right: setValue() };
  };
  const update = (): Update => {
    const seen = new Set<string>();
    const tree = {
      set: [] as { path: Path; to: Operand }[],
      remove: [] as Path[],
      add: [] as { path: Path; value: string }[],
      delete: [] as { path: Path; value: string }[],
    };
    const pair = () => ({ path: path(), value: valueName() });
    while (at < list.length) {
      const section = take().toUpperCase();
      if (seen.has(section)) {
        throw validationError(
          `Invalid ${kind}: The "${section}" section can only be used once in an update expression;`,
        );
      }
      seen.add(section);
      if (section === 'SET') {
        tree.set = repeated(() => {
          const target = path();
          expect('=');
          return { path: target, to: sum() };
        });
      } else if (section === 'REMOVE') tree.remove = repeated(path);
      else if (section === 'ADD') tree.add = repeated(pair);
      else if (section === 'DELETE') tree.delete = repeated(pair);
      else {
        at -= 1;
        throw syntaxError();
      }
    }
    return tree;
  };

  const whole = <Tree>(rule: () => Tree): Parsed<Tree> => {
    const tree = rule();
    if (at < list.length) throw syntaxError();
    return { tree, names: [...names], values: [...values], roots: [...roots] };
  };
  return {
    condition: () => whole(either),
    update: () => whole(update),
    projection: () => whole(() => repeated(path)),
  };
};

const cached = <Tree>(parse: (text: string, kind: Kind) => Parsed<Tree>) => {
  const known = new Map<string, Parsed<Tree>>();
  return (text: string, kind: Kind): Parsed<Tree> => {
    const key = `${kind} ${text}`;
    let parsed = known.get(key);
    if (parsed === undefined) {
      parsed = parse(text, kind);
      known.set(key, parsed);
    }
    return parsed;
  };
};

/** @throws ValidationException for an expression that is not in DynamoDB's grammar */
export const parseCondition = cached((text, kind) => parser(text, kind).condition());
/** @throws ValidationException for an expression that is not in DynamoDB's grammar */
export const parseUpdate = cached((text, kind) => parser(text, kind).update());
/** @throws ValidationException for an expression that is not in DynamoDB's grammar */
export const parseProjection = cached((text, kind) => parser(text, kind).projection());
