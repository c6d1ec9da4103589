import { MAX_STRIKES } from '#lib/messages/message.ts';
import { fileText, type PageRow, tableOf } from '#test/support/pages.ts';
import { constantIn, duration } from './constant-in.ts';
import { table } from './markdown.ts';

const CODES = 'docs/architecture/message-schemas.md';
const RULES = 'lib/http/breaker/breaker-rules.ts';
const HTTP = 'lib/http/client.ts';
const RETRY = 'lib/http/retry.ts';

const rulesOf = (name: string) => duration(constantIn(RULES, name));

const figureTable = (): string =>
  table(
    ['what', 'figure'],
    [
      ['retries of an outbound call after its first try', constantIn(RETRY, 'retries')],
      ['wait before the first retry; doubles each time', duration(constantIn(RETRY, 'baseMs'))],
      ['random addition to each wait, at most', duration(constantIn(RETRY, 'JITTER_MS'))],
      ['longest wait within a call', duration(constantIn(RETRY, 'capMs'))],
      ['timeout of one try', duration(constantIn(HTTP, 'ownTimeoutMs'))],
      [
        'timeout until the connection is established',
        duration(constantIn(HTTP, 'connectTimeoutMs')),
      ],
      ['a breaker opens after failures in a window of', rulesOf('FAILURE_WINDOW_MS')],
      ['failures that open it', thresholds()],
      ['it stays open after failures', rulesOf('OPEN_MS')],
      ['it stays open after refused credentials', rulesOf('CREDENTIALS_OPEN_MS')],
      ['it stays open after a challenge for browsers', rulesOf('BLOCKED_OPEN_MS')],
      ['it opens when a service only limits requests for', rulesOf('THROTTLED_PATIENCE_MS')],
      ['lease of a trial', rulesOf('TRIAL_LEASE_MS')],
      ['successful trials that close it', constantIn(RULES, 'TRIALS_TO_CLOSE')],
      [
        'backoff of a parked message, at most',
        duration(constantIn('lib/engine/settle.ts', 'MAX_BACKOFF_MS')),
      ],
      ['strikes after which a message fails', MAX_STRIKES],
      [
        'the lease of a run ends after the timeout of its function by',
        duration(constantIn('lib/engine/consume.ts', 'LEASE_MARGIN_MS')),
      ],
      [
        'messages that the sweeper wakes in a tick, at most',
        constantIn('lib/engine/sweep/sweep-due.ts', 'MAX_PER_TICK'),
      ],
      [
        'held messages that it releases a second',
        constantIn('lib/engine/sweep/sweep-held.ts', 'RATE'),
      ],
    ],
  );

/** The failures that open a breaker, in dev and in the other stages. */
const thresholds = (): string => {
  const text = fileText('lib/http/breaker/circuit-breaker.ts');
  const [, dev, others] = /threshold = isDevelopment \? (\d+) : (\d+)/.exec(text) ?? [];
  if (others === undefined) throw new Error('circuit-breaker.ts has no default of threshold');
  return `${others} (${dev} in dev)`;
};

const codeTables = (): string => {
  const rowCodes = tableOf(CODES, 'code', 'meaning', 'what to do');
  const apiCodes = tableOf(CODES, 'code', 'status', 'meaning');
  const mcpCodes = tableOf(CODES, 'code of MCP', 'response', 'meaning');
  const cells = (rows: readonly PageRow[]) => rows.map((row) => Object.values(row));
  return [
    table(['code of a message', 'meaning', 'what to do'], cells(rowCodes)),
    table(['code of the API', 'status', 'meaning, and what to do'], cells(apiCodes)),
    table(['code of MCP', 'response', 'meaning, and what to do'], cells(mcpCodes)),
  ].join('\n\n');
};

/** Retries, breakers and codes. */
export const failuresPart = (): string => `## Retries, breakers and the sweeper

${figureTable()}

## Error codes

${codeTables()}`;
