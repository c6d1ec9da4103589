import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { annotateTrace } from '#lib/platform/trace.ts';
import { SAMPLED, startTraceDaemon, type TraceDaemon } from '#test/support/trace-daemon.ts';

let daemon: TraceDaemon;
beforeEach(async () => {
  daemon = await startTraceDaemon();
});
afterEach(() => daemon.stop());

const annotate = () => annotateTrace('corr-1', { startMs: 1_500, endMs: 2_750 });

describe('annotateTrace', () => {
  it('adds a part with the correlation id to the trace', async () => {
    annotate();
    await expect.poll(() => daemon.documents.length).toBe(1);

    const [header, body] = (daemon.documents[0] ?? '').split('\n');
    expect(JSON.parse(header ?? '')).toEqual({ format: 'json', version: 1 });
    expect(JSON.parse(body ?? '')).toEqual({
      type: 'subsegment',
      name: 'run',
      id: expect.stringMatching(/^[\da-f]{16}$/),
      trace_id: '1-67891233-abcdef012345678912345678',
      parent_id: '53995c3f42cd8ad8',
      start_time: 1.5,
      end_time: 2.75,
      annotations: { correlation_id: 'corr-1' },
    });
  });

  it.each([
    { says: 'that is not sampled', trace: SAMPLED.replace('Sampled=1', 'Sampled=0') },
    { says: 'without a segment', trace: SAMPLED.replace('Parent=53995c3f42cd8ad8', 'Parent=x') },
    { says: 'that does not exist', trace: undefined },
  ])('sends nothing for a trace $says', async ({ trace }) => {
    vi.stubEnv('_X_AMZN_TRACE_ID', trace);
    annotate();
    vi.stubEnv('_X_AMZN_TRACE_ID', SAMPLED);
    annotateTrace('corr-2', { startMs: 0, endMs: 1 });

    // Datagrams of one process arrive in order here.
    await expect.poll(daemon.correlationIds).toEqual(['corr-2']);
  });

  it.each([undefined, 'nowhere', '127.0.0.1:9'])('does no harm with the daemon %s', (address) => {
    vi.stubEnv('AWS_XRAY_DAEMON_ADDRESS', address);

    expect(annotate).not.toThrow();
  });
});
