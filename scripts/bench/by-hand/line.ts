import { iso } from './store.ts';

/** One line of log with its metrics. */
export const tell = (
  msg: string,
  fields: Record<string, unknown>,
  metrics: Partial<Record<'MessagesCreated' | 'MessagesProcessed' | 'ProcessingDuration', number>>,
) => {
  const nowMs = Date.now();
  const Metrics = Object.keys(metrics).map((Name) => ({
    Name,
    Unit: Name === 'ProcessingDuration' ? 'Milliseconds' : 'Count',
  }));
  process.stdout.write(
    `${JSON.stringify({
      level: 'info',
      time: iso(nowMs),
      stage: 'dev',
      function: 'bench',
      version: 'bench',
      ...fields,
      _aws: {
        Timestamp: nowMs,
        CloudWatchMetrics: [{ Namespace: 'RezAgent', Dimensions: [['Stage']], Metrics }],
      },
      Stage: 'dev',
      ...metrics,
      msg,
    })}\n`,
  );
};
