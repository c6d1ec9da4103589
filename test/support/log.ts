import type { Logger } from '#lib/platform/logger.ts';

export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  /** The constant sentence. */
  message: string;
  /** Its fields, including those of child loggers. */
  fields: Record<string, unknown>;
}

export interface CapturedLog extends Logger {
  lines: LogLine[];
  /** The lines of one level. */
  at: (level: LogLine['level']) => LogLine[];
}

/** A logger that records its lines for tests. */
export const capturingLog = (): CapturedLog => {
  const lines: LogLine[] = [];
  return Object.assign(loggerInto(lines, {}), {
    lines,
    at: (level: LogLine['level']) => lines.filter((line) => line.level === level),
  });
};

const loggerInto = (lines: LogLine[], bound: Record<string, unknown>): Logger => {
  const write = (level: LogLine['level']) => (first: unknown, sentence?: unknown) => {
    const isSentence = typeof first === 'string';
    lines.push({
      level,
      message: isSentence ? first : String(sentence ?? ''),
      fields: { ...bound, ...(isSentence ? {} : (first as Record<string, unknown>)) },
    });
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => loggerInto(lines, { ...bound, ...fields }),
  };
};
