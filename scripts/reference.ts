/**
 * The quick reference, from the code and Terraform: `scripts/schemas.ts` writes it. Every table comes from the place that
 * the platform itself uses, or from a page that a test compares with the code.
 */
import { configurationPart } from './reference/configuration-part.ts';
import { failuresPart } from './reference/failures-part.ts';
import { flowsPart } from './reference/flows-part.ts';
import { functionsPart } from './reference/functions-part.ts';
import { interfacesPart } from './reference/interfaces-part.ts';
import { watchingPart } from './reference/watching-part.ts';

/** The quick reference in the repository. */
export const REFERENCE_FILE = 'docs/architecture/quick-reference.md';

/** The text of the quick reference. */
export const referenceText = (): string =>
  `${[
    '# Quick reference',
    'Written by `scripts/schemas.ts` from the code and Terraform. Do not edit it: run `npx node scripts/schemas.ts`.',
    flowsPart(),
    functionsPart(),
    configurationPart(),
    interfacesPart(),
    failuresPart(),
    watchingPart(),
  ].join('\n\n')}\n`;
