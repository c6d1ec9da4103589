import { Ajv2020 } from '@redocly/ajv/dist/2020.js';
import { expect } from 'vitest';
import type { ClosedSchema } from '#lib/tools/closed-schema.ts';
import type { Tool, ToolAnswer } from '#lib/tools/tool.ts';

const ajv = new Ajv2020({ strictSchema: true, strictTypes: false, allErrors: true });
ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
ajv.addFormat('date', (text) => /^\d{4}-\d\d-\d\d$/.test(text));
ajv.addFormat('uri', (text) => URL.canParse(text));

/** What the meta-schema of 2020-12 says against a schema; empty if nothing. */
export const faultOfSchema = (schema: ClosedSchema): string =>
  ajv.validateSchema(schema) === true ? '' : ajv.errorsText(ajv.errors);

/** What a schema says against a value; empty if nothing. */
export const faultOfValue = (schema: ClosedSchema, value: unknown): string => {
  const validate = ajv.compile({ ...schema });
  return validate(value) ? '' : ajv.errorsText(validate.errors);
};

/** The answer, after it was checked with the output schema of its tool, as JSON. */
export const fitting = ({ output }: Pick<Tool, 'output'>, answer: ToolAnswer): ToolAnswer => {
  const data: unknown = JSON.parse(JSON.stringify(answer.data));
  expect(faultOfValue(output, data)).toBe('');
  return answer;
};
