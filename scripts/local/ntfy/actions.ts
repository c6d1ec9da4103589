import * as z from 'zod/mini';
import { refusalError } from './failures.ts';
import { randomToken } from './ids.ts';
import type { Version } from './store.ts';

const MAX_ACTIONS = 3;

const text = z.nullish(z.string());
const texts = z.nullish(z.record(z.string(), z.string()));
/** A button as a publisher describes it. Other properties are ignored. */
export const ActionFields = z.object({
  action: text,
  label: text,
  clear: z.nullish(z.boolean()),
  url: text,
  method: text,
  headers: texts,
  body: text,
  intent: text,
  extras: texts,
  value: text,
});
type Action = z.output<typeof ActionFields>;

const ActionList = z.array(ActionFields);

/**
 * The buttons of a header, as JSON or as `view, Label, https://…, clear=true; http, …`, in the form in which the server
 * stores them: each has an id and `clear`. The scheme of a link is not checked.
 * @throws Refusal 40018
 */
export const readActions = (header: string, version: Version): Record<string, unknown>[] => {
  const actions = header.startsWith('[') ? fromJson(header) : header.split(';').map(fromText);
  if (actions.length > MAX_ACTIONS) throw refusalError(40018, 'only 3 actions allowed');
  return actions.map((action) => stored(action, version));
};

const stored = (
  { action, label, clear, url, method, ...rest }: Action,
  version: Version,
): Record<string, unknown> => {
  const type = action?.toLowerCase() ?? '';
  const types = ['view', 'broadcast', 'http', ...(version === '2.27' ? ['copy'] : [])];
  if (!types.includes(type)) throw refusalError(40018, `parameter 'action' cannot be '${type}'`);
  if (!label) throw refusalError(40018, "parameter 'label' is required");
  if ((type === 'view' || type === 'http') && !url) {
    throw refusalError(40018, `parameter 'url' is required for action '${type}'`);
  }
  if (type === 'copy' && !rest.value) {
    throw refusalError(40018, "parameter 'value' is required for action 'copy'");
  }
  const verb = method?.toUpperCase();
  if (type === 'http' && (verb === 'GET' || verb === 'HEAD') && rest.body) {
    throw refusalError(40018, `parameter 'body' cannot be set if method is ${verb}`);
  }
  const isSet = ([, value]: [string, unknown]) =>
    value !== undefined && value !== null && value !== '';
  return {
    id: randomToken(10),
    action: type,
    label,
    clear: clear ?? false,
    ...Object.fromEntries(Object.entries({ url, method: verb, ...rest }).filter(isSet)),
  };
};

const fromJson = (header: string): Action[] => {
  try {
    return z.parse(ActionList, JSON.parse(header));
  } catch {
    throw refusalError(40018, 'JSON error');
  }
};

/** A comma inside a value makes one part too many, which is refused. */
const fromText = (part: string): Action => {
  const [action, label, ...rest] = part.split(',').map((piece) => piece.trim());
  const parsed: Record<string, unknown> = { action, label };
  for (const [index, piece] of rest.entries()) {
    const [, key, value] = /^(clear|url|method|body|value|intent)=(.*)$/.exec(piece) ?? [];
    if (key !== undefined) parsed[key] = key === 'clear' ? value === 'true' : value;
    else if (index === 0) parsed[action === 'copy' ? 'value' : 'url'] = piece;
    else throw refusalError(40018, `term '${piece}' unknown`);
  }
  return z.parse(ActionFields, parsed);
};
