import { describe, expect, it } from 'vitest';
import { API_ROUTES } from '#handlers/web-api/routes.ts';
import { PLATFORM_TOOLS } from '#lib/tools/platform-tools.ts';
import { REFERENCE_FILE, referenceText } from '#scripts/reference.ts';
import { fileText, firstNames, namesIn, tableOf } from '#test/support/pages.ts';
import { environmentOf, functions, queues } from '#test/support/terraform.ts';

describe('quick-reference.md', () => {
  it('is what npx node scripts/schemas.ts writes', () => {
    expect(fileText(REFERENCE_FILE)).toBe(referenceText());
  });

  it('has every function, queue, endpoint and tool of the platform', () => {
    const tables = {
      functions: firstNames(tableOf(REFERENCE_FILE, 'function', 'timeout s')),
      queues: firstNames(tableOf(REFERENCE_FILE, 'queue', 'batch')),
      endpoints: firstNames(tableOf(REFERENCE_FILE, 'request', 'role')),
      tools: firstNames(tableOf(REFERENCE_FILE, 'tool', 'role')),
    };

    expect(tables.functions).toEqual(functions());
    expect(tables.queues).toEqual(queues().map(({ name }) => name));
    expect(tables.endpoints).toEqual(API_ROUTES.map(({ method, path }) => `${method} ${path}`));
    expect(tables.tools).toEqual(expect.arrayContaining(PLATFORM_TOOLS.map(({ name }) => name)));
  });

  it.each(functions())('marks exactly the variables of %s', (name) => {
    const marked = tableOf(REFERENCE_FILE, 'variable', name)
      .filter((row) => row[name] === '✓')
      .flatMap((row) => namesIn(row.variable));

    expect(marked).toEqual([...environmentOf(name).keys()].sort());
  });

  it('marks only four metrics as written with detailed_metrics', () => {
    const billed = tableOf(REFERENCE_FILE, 'metric', 'written').filter(
      ({ written }) => written !== 'always',
    );

    expect(firstNames(billed)).toEqual([
      'APIRequestCount',
      'APIResponseTime',
      'MessageLatency',
      'ScheduleDrift',
    ]);
  });
});
