import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LoadedMcp, loadMcp } from './mcp.ts';
import { runRequirements } from './support/conformance.ts';
import { BASELINE } from './support/conformance-baseline.ts';
import { serveWithTokens } from './support/loopback-server.ts';

let mcp: LoadedMcp | undefined;
afterEach(() => {
  vi.restoreAllMocks();
  mcp?.keys.close();
});

describe.each(Object.entries(BASELINE))('the conformance suite of %s', (revision, baseline) => {
  it('fails exactly where the baseline says why', async () => {
    mcp = await loadMcp();
    const server = await serveWithTokens(mcp);

    const results = await runRequirements(server.url, revision).finally(server.stop);

    const failures = results
      .filter(({ failed }) => failed.length > 0)
      .flatMap(({ scenario, failed }) => failed.map((check) => `${scenario}: ${check}`));
    const isExpected = (failure: string) =>
      baseline.some(({ scenarios, checks }) =>
        scenarios.some((scenario) =>
          checks === undefined
            ? failure.startsWith(`${scenario}: `)
            : checks.some((check) => failure === `${scenario}: ${check}`),
        ),
      );
    const unmet = baseline.flatMap(({ scenarios, checks = [''] }) =>
      scenarios.flatMap((scenario) =>
        checks
          .map((check) => `${scenario}: ${check}`)
          .filter((start) => !failures.some((failure) => failure.startsWith(start))),
      ),
    );
    expect(failures.filter((failure) => !isExpected(failure))).toEqual([]);
    expect(unmet).toEqual([]);
    expect(
      results.filter(({ failed }) => failed.length === 0).map(({ scenario }) => scenario),
    ).toEqual(expect.arrayContaining(['tools-list', 'dns-rebinding-protection']));
  });
});
