/**
 * Mutants that no test can detect, because the changed code does the same. They are not run and not counted. An entry is
 * found by its texts, and white space is ignored. An entry that matches no mutant is an error.
 */
import type { Mutant } from './mutants.ts';

export interface Equivalent {
  file: string;
  /** The top-level declaration that contains it. Absent: any. */
  within?: string;
  original: string;
  replacement: string;
  /** Why the change makes no difference. */
  reason: string;
}

export const EQUIVALENT: readonly Equivalent[] = [
  ...['11', '9'].map((replacement) => ({
    ...{ file: 'lib/engine/settle.ts', within: 'backoffMs', original: '10', replacement },
    reason: 'after the fourth parking, the maximum of 15 minutes is shorter than either backoff',
  })),
  {
    ...{ file: 'lib/engine/settle.ts', within: 'settle' },
    ...{ original: "(error as AppError).heldBy ?? ''", replacement: '(error as AppError).heldBy' },
    reason: 'only an error with `heldBy` is held; the default satisfies the type',
  },
  {
    ...{ file: 'lib/engine/settle.ts', within: 'settle', original: "''", replacement: "'mutant'" },
    reason: 'only an error with `heldBy` is held; the default satisfies the type',
  },
  {
    ...{ file: 'lib/engine/settle.ts', within: 'claimLostError' },
    ...{ original: "'conflict'", replacement: "''" },
    reason: 'the engine recognises the error by its code and never lets it out',
  },
  {
    ...{ file: 'lib/engine/consume.ts', within: 'queueResultsOf' },
    original: "{ status: 'fulfilled', value: undefined }",
    replacement: "{ status: 'fulfilled' }",
    reason: 'a missing value is `undefined`',
  },
  {
    ...{ file: 'lib/identity/key-set.ts', within: 'isExponent' },
    original: "typeof e !== 'string' || !EXPONENT.test(e)",
    replacement: "typeof e !== 'string' && !EXPONENT.test(e)",
    reason: 'of other values only a list with one text matches, which has the bytes of 0',
  },
  ...['value >= 65_536', '65535'].map((replacement) => ({
    ...{ file: 'lib/identity/key-set.ts', within: 'isExponent', replacement },
    original: replacement === '65535' ? '65_536' : 'value > 65_536',
    reason: '65,536 is even, so it is refused anyway',
  })),
  ...[
    'header === undefined && payload === undefined',
    'header === undefined || payload === undefined && signature === undefined',
  ].map((replacement) => ({
    ...{ file: 'lib/identity/token.ts', within: 'readToken', replacement },
    original: replacement.replace('&&', '||'),
    reason: 'all three groups of the expression match, or none',
  })),
  {
    ...{ file: 'lib/identity/verify-jwt.ts', within: 'jwtVerifier' },
    ...{ original: "{ algorithms: ['RS256'] }", replacement: '{}' },
    reason: '`readToken` refuses every other algorithm before',
  },
  {
    ...{ file: 'lib/schedules/event-bridge.ts', within: 'createInGroup' },
    original: 'Math.floor(nowMs / MINUTE_MS)',
    replacement: 'Math.ceil(nowMs / MINUTE_MS)',
    reason: 'each minute has another token either way',
  },
  ...[
    ['one.CreationDate?.getTime() ?? 0', 'one.CreationDate?.getTime()'],
    ['one.CreationDate?.getTime()', 'one.CreationDate.getTime()'],
    ['one.LastModificationDate?.getTime() ?? createdMs', 'one.LastModificationDate?.getTime()'],
    ['one.LastModificationDate?.getTime()', 'one.LastModificationDate.getTime()'],
    ['page.Schedules ?? []', 'page.Schedules'],
  ].map(([original = '', replacement = '']) => ({
    ...{ file: 'lib/schedules/event-bridge.ts', within: 'listGroup', original, replacement },
    reason: 'EventBridge returns the list, and both dates of each schedule; the types allow less',
  })),
  ...[
    ['8', '9'],
    ['8', '7'],
    ['4', '5'],
    ['4', '3'],
    ['occurrences.length < max', 'occurrences.length <= max'],
    ['last > toMs', 'last >= toMs'],
    [
      'some.length < count || last === undefined || last > toMs',
      'some.length < count || last === undefined && last > toMs',
    ],
    ['some.length < count || last === undefined', 'some.length < count && last === undefined'],
  ].map(([original = '', replacement = '']) => ({
    ...{ file: 'lib/schedules/timing.ts', within: 'occurrencesBetween', original, replacement },
    reason: 'the size and the number of chunks do not change which occurrences are returned',
  })),
  {
    ...{ file: 'lib/schedules/timing.ts', within: 'occurrencesBetween' },
    ...{ original: '1', replacement: '2' },
    reason: 'occurrences are whole seconds apart',
  },
  {
    ...{ file: 'lib/schedules/timing.ts', within: 'nextOccurrenceMs' },
    ...{ original: '1', replacement: '2' },
    reason: 'only the first one is returned',
  },
  {
    ...{ file: 'lib/schedules/timing.ts', within: 'pendingFiresAt' },
    original: 'PENDING_FOR_MS / MINUTE_MS',
    replacement: 'PENDING_FOR_MS * MINUTE_MS',
    reason: 'two days have fewer occurrences than minutes',
  },
  ...[
    ["{ by: 'date', days: [] }", '{ days: [] }'],
    ["{ by: 'date', days: [] }", "{ by: 'date' }"],
    ["'date'", "''"],
    ["byMonth ?? byWeek ?? { by: 'date', days: [] }", 'byMonth ?? byWeek'],
  ].map(([original = '', replacement = '']) => ({
    ...{ file: 'lib/schedules/timetable/cron-days.ts', within: 'dayRuleOf', original, replacement },
    reason: 'the expression is refused, because a problem was reported',
  })),
  {
    ...{ file: 'lib/schedules/presence/find-overdue.ts', within: 'matchEarlier' },
    original: 'firstMs === undefined || lastMs === undefined',
    replacement: 'firstMs === undefined && lastMs === undefined',
    reason: 'a list has a first and a last element, or neither',
  },
  ...[
    ['createdMs.get(fireId(id, ms)) ?? 0', 'createdMs.get(fireId(id, ms))'] as const,
    ['0', '1'] as const,
  ].map(([original, replacement]) => ({
    ...{ file: 'lib/schedules/presence/find-overdue.ts', within: 'matchEarlier' },
    ...{ original, replacement },
    reason: 'neither a missing time nor one of 1970 is after an occurrence',
  })),
  {
    ...{ file: 'lib/schedules/presence/complete-and-resume.ts', within: 'isOver' },
    ...{ original: '2', replacement: '3' },
    reason: 'the function looks at the first two occurrences of the list',
  },
  {
    ...{ file: 'lib/schedules/presence/record-overdue.ts', within: 'recordOverdue' },
    original: 'all.at(-1) ?? Number.NEGATIVE_INFINITY',
    replacement: 'all.at(-1)',
    reason: 'no comparison with `NaN` is true; the default satisfies the type',
  },
  {
    ...{ file: 'lib/messages/draft.ts', within: 'parseDraft' },
    original: 'problems.length > 0 || !isRouted(message_type) || checked === undefined',
    replacement: 'problems.length > 0 || !isRouted(message_type) && checked === undefined',
    reason: 'an unknown type and an unchecked payload are problems already; they narrow types',
  },
  {
    ...{ file: 'lib/messages/transitions.ts', within: 'TRANSITIONS' },
    original: "{ from: ['processing'], to: 'processing' }",
    replacement: "{ from: ['processing'] }",
    reason: 'a transition without `to` keeps the status',
  },
  {
    ...{ file: 'lib/messages/run-tree.ts', within: 'compare', original: '1', replacement: '2' },
    reason: 'a sort uses only the sign',
  },
  {
    ...{ file: 'lib/messages/run-tree.ts', within: 'runTree' },
    ...{ original: "node.parent_id ?? ''", replacement: 'node.parent_id' },
    reason: 'no message has the id `undefined` or an empty id',
  },
  {
    ...{ file: 'lib/messages/run-tree.ts', within: 'runTree' },
    ...{ original: "''", replacement: "'mutant'" },
    reason: 'no message has such an id',
  },
];

export interface Divided<Kind extends Pick<Mutant, MatchedFields>> {
  mutants: Kind[];
  /** Entries whose code is gone. */
  unmatched: Equivalent[];
}

type MatchedFields = 'file' | 'within' | 'original' | 'replacement';

/** The mutants without those that are listed. */
export const withoutEquivalent = <Kind extends Pick<Mutant, MatchedFields>>(
  mutants: readonly Kind[],
  entries: readonly Equivalent[] = EQUIVALENT,
): Divided<Kind> => {
  const matched = new Set<Equivalent>();
  const left = mutants.filter((mutant) => {
    const found = entries.filter((entry) => matches(entry, mutant));
    for (const entry of found) matched.add(entry);
    return found.length === 0;
  });
  return { mutants: left, unmatched: entries.filter((entry) => !matched.has(entry)) };
};

const matches = (entry: Equivalent, mutant: Pick<Mutant, MatchedFields>): boolean =>
  entry.file === mutant.file &&
  (entry.within === undefined || entry.within === mutant.within) &&
  oneLine(entry.original) === oneLine(mutant.original) &&
  oneLine(entry.replacement) === oneLine(mutant.replacement);

/** The text on one line, as reports and entries show it. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
