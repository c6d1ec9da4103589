/** Writes the JSON Schemas of `docs/schemas` from the schemas that the code parses with: `node scripts/schemas.ts`. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { DraftSchema } from '#lib/messages/draft.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs', 'schemas');

const SOURCES = {
  message: { title: 'A message as it is stored and as the API shows it', schema: MessageSchema },
  'new-message': { title: 'The body of POST /api/messages', schema: DraftSchema },
};

/** Each schema by the name of its file in `docs/schemas`. */
export const jsonSchemas = (): Record<string, object> =>
  Object.fromEntries(
    Object.entries(SOURCES).map(([name, { title, schema }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' });
      return [`${name}.json`, { $schema, title, ...rest }];
    }),
  );

if (import.meta.main) {
  for (const [file, schema] of Object.entries(jsonSchemas())) {
    writeFileSync(join(FOLDER, file), `${JSON.stringify(schema, undefined, 2)}\n`);
    console.log(`docs/schemas/${file}`);
  }
  const biome = join(ROOT, 'node_modules', '.bin', 'biome');
  execFileSync(biome, ['format', '--write', FOLDER], { stdio: 'ignore' });
}
