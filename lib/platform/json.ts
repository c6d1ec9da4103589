import type { Problem } from './errors.ts';

export interface JsonLimits {
  /** Nested objects and arrays, the outermost included. Count. */
  maxDepth?: number;
  /** Properties and list items in the whole text. They determine the time of parsing. Count. */
  maxMembers?: number;
}

const MAX_PROBLEMS = 20;

/** The largest number, positive or negative: integers up to it are exact. */
export const MAX_NUMBER = Number.MAX_SAFE_INTEGER;

/** The smallest distance of a number from zero: DynamoDB refuses smaller ones. */
export const MIN_NUMBER = 1e-130;

interface Frame {
  isObject: boolean;
  /** The keys so far, if it is an object. */
  keys: Set<string>;
  /** The current key or index. */
  at: string | number;
  expectsKey: boolean;
}

/**
 * Finds problems that JSON.parse ignores, with their paths: too deep, too many members, duplicate keys, keys that reach a
 * prototype, empty keys, lone surrogates, and numbers that cannot be stored exactly. Takes linear time without recursion.
 * It does not check whether the text is JSON, and its result for other texts may be wrong. `json-problem.ts` explains
 * why a text is not JSON.
 */
export const scanJson = (
  text: string,
  { maxDepth = 20, maxMembers = 10_000 }: JsonLimits = {},
): Problem[] => {
  const problems: Problem[] = [];
  const frames: Frame[] = [];
  let memberCount = 0;

  const report = (problem: string, path = frames.map(({ at }) => at).join('.')) => {
    problems.push({ path, problem });
  };

  const onKey = (frame: Frame, key: string) => {
    memberCount += 1;
    const reachesPrototype =
      key === '__proto__' || (key === 'prototype' && frames.at(-2)?.at === 'constructor');
    const isRepeated = frame.keys.has(key);
    frame.keys.add(key);
    frame.at = shortKey(key);
    frame.expectsKey = false;
    if (isRepeated) report('is given twice');
    if (reachesPrototype) report('is not allowed as a name');
    if (key === '') report('has a name without characters');
    if (!key.isWellFormed()) report('has a name with a broken character');
  };

  for (let at = 0; at < text.length && problems.length < MAX_PROBLEMS; at += 1) {
    const frame = frames.at(-1);
    switch (text[at]) {
      case '{':
      case '[':
        if (frames.length >= maxDepth) {
          report(`is nested deeper than ${maxDepth}`);
          return problems;
        }
        frames.push(frameOf(text[at] === '{'));
        break;
      case '}':
      case ']':
        frames.pop();
        break;
      case ',':
        if (frame?.isObject) frame.expectsKey = true;
        else if (frame) {
          memberCount += 1;
          frame.at = Number(frame.at) + 1;
        }
        break;
      case '"': {
        const end = endOfString(text, at);
        const value = readString(text.slice(at, end + 1));
        if (value === undefined) return problems;
        if (frame?.expectsKey) onKey(frame, value);
        else if (!value.isWellFormed()) report('has a broken character (a lone surrogate)');
        at = end;
        break;
      }
      default:
        if (isDigit(text.charCodeAt(at))) {
          const end = endOfNumber(text, at);
          if (!isStorable(text.slice(at, end)))
            report('is a number too large or too small to keep');
          at = end - 1;
        }
    }
    if (memberCount > maxMembers) {
      report(`has more than ${maxMembers} properties and list items`, '');
      return problems;
    }
  }
  return problems;
};

const frameOf = (isObject: boolean): Frame => ({
  isObject,
  keys: new Set(),
  at: isObject ? '' : 0,
  expectsKey: isObject,
});

/** The index of the closing quote of the string that begins at `start`; the end of the text when there is none. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
};

/** The value of a quoted string; `undefined` when it is malformed. A string without escapes needs no parsing. */
const readString = (quoted: string): string | undefined => {
  if (quoted.length >= 2 && !quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
};

const isDigit = (code: number) => code >= 48 && code <= 57;

const endOfNumber = (text: string, start: number): number => {
  let end = start;
  while (end < text.length && '0123456789.eE+-'.includes(text.charAt(end))) end += 1;
  return end;
};

/** Whether a number can be stored exactly: it is neither too large nor too small. */
const isStorable = (literal: string): boolean => {
  const value = Math.abs(Number(literal));
  if (value === 0) return /^[0.]*(?:[eE]|$)/.test(literal);
  return value <= MAX_NUMBER && value >= MIN_NUMBER;
};

/** A key for a path in an error: shortened and well-formed. */
export const shortKey = (key: string): string => key.slice(0, 64).toWellFormed();
