/**
 * Writes what the code knows of itself, for people and tools: the JSON Schemas of `docs/schemas` and the contract
 * `docs/api/openapi.yaml`, from the schemas that the code parses with, and the quick reference: `node scripts/schemas.ts`.
 */
// The modules of the schemas read environment variables when they load. The files contain no value of a variable.
import '#test/support/set-environment.ts';

import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod/mini';
import { openApiDocument } from '#handlers/web-api/contract/document.ts';
import { DraftSchema } from '#lib/messages/draft.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { line } from './printable.ts';
import { REFERENCE_FILE, referenceText } from './reference.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs', 'schemas');

/** The contract in the repository. */
export const CONTRACT_FILE = 'docs/api/openapi.yaml';

const SOURCES = {
  message: { title: 'A message as it is stored and as the API shows it', schema: MessageSchema },
  'new-message': { title: 'The body of POST /api/messages', schema: DraftSchema },
};

/** The schemas by the names of their files in `docs/schemas`. */
export const jsonSchemas = (): Record<string, object> =>
  Object.fromEntries(
    Object.entries(SOURCES).map(([name, { title, schema }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
      return [`${name}.json`, { $schema, title, ...rest }];
    }),
  );

/** The text of the contract's file. */
export const contractText = async (): Promise<string> =>
  `# Written by scripts/schemas.ts from the schemas that the API validates with. Do not edit.\n${stringify(
    openApiDocument(),
    { aliasDuplicateObjects: false, lineWidth: 0 },
  )}`;

if (import.meta.main) {
  for (const [file, schema] of Object.entries(jsonSchemas())) {
    writeFileSync(join(FOLDER, file), `${JSON.stringify(schema, undefined, 2)}\n`);
    console.log(line`docs/schemas/${file}`);
  }
  mkdirSync(dirname(join(ROOT, CONTRACT_FILE)), { recursive: true });
  writeFileSync(join(ROOT, CONTRACT_FILE), await contractText());
  console.log(CONTRACT_FILE);
  writeFileSync(join(ROOT, REFERENCE_FILE), referenceText());
  console.log(REFERENCE_FILE);
  const biome = join(ROOT, 'node_modules', '.bin', 'biome');
  execFileSync(biome, ['format', '--write', FOLDER], { stdio: 'ignore' });
}
