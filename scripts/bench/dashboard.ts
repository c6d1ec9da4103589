import { buildSite } from '#scripts/build/site.ts';
import { ROOT } from '#scripts/local/paths.ts';
import { exactly, type Part } from './bench.ts';
import { GATES } from './gates.ts';
import type { Figure } from './report.ts';

/** The size of the dashboard in a browser. */
export const dashboard: Part = async ({ progress }) => {
  progress('dashboard');
  const { script } = await buildSite('handlers/web/app', ROOT);
  const figure = (of: string, bytes: number, gate: number): Figure => ({
    name: `JavaScript of ${of}, gzipped`,
    unit: 'KB',
    value: exactly(bytes / 1024),
    gate,
    note: 'the files that a browser loads, each compressed alone',
  });
  return [
    figure('the first page', script.first, GATES.dashboard.firstPage),
    figure('all pages', script.total, GATES.dashboard.allPages),
  ];
};
