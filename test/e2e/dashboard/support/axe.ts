import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** WCAG 2.2 AA, and what axe calls best practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Loads axe into a page, whose context must not enforce the page policy. */
export const loadAxe = (page: Page): Promise<unknown> => page.evaluate(SOURCE);

/** What axe finds wrong on the page as it is now, one line per element. */
export const axeFindings = async (page: Page): Promise<string[]> => {
  const options = { runOnly: { type: 'tag', values: TAGS }, resultTypes: ['violations'] };
  const { violations } = (await page.evaluate(`axe.run(${JSON.stringify(options)})`)) as {
    violations: Violation[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) =>
      `${id}: ${html.slice(0, 150)} ${failureSummary.replaceAll(/\s+/g, ' ')}`.slice(0, 400),
    ),
  );
};
