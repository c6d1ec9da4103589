import { refusal } from './failures.ts';
import { randomToken } from './ids.ts';
import type { Version } from './store.ts';

const MAX_ACTIONS = 3;

export type Action = Record<string, unknown>;

/**
 * Buttons as the server keeps them: each gets an id and `clear`. The scheme of a link is not looked at.
 * @throws Refusal 40018 for a fourth, an unknown type, or a `view` and `http` without `url`.
 */
export const storedActions = (actions: readonly Action[], version: Version): Action[] => {
  if (actions.length > MAX_ACTIONS) throw refusal(40018, 'only 3 actions allowed');
  return actions.map((action) => {
    const { action: type, label, url } = action;
    const types = ['view', 'broadcast', 'http', ...(version === '2.27' ? ['copy'] : [])];
    if (typeof type !== 'string' || !types.includes(type)) throw refusal(40018, 'unknown type');
    if (typeof label !== 'string' || label === '') throw refusal(40018, 'label missing');
    if ((type === 'view' || type === 'http') && !url) throw refusal(40018, 'url missing');
    if (type === 'copy' && !action.value) throw refusal(40018, 'value missing');
    return { id: randomToken(10), ...action, clear: action.clear === true };
  });
};

/**
 * The header form: `view, Label, https://…, clear=true; http, …`.
 * @throws Refusal 40018 when a part is one too many, which is what a comma inside a value makes.
 */
export const actionsFromHeader = (header: string): Action[] =>
  header.split(';').map((part) => {
    const [action, label, ...rest] = part.split(',').map((piece) => piece.trim());
    const parsed: Action = { action, label };
    for (const [index, piece] of rest.entries()) {
      const [, key, value] = /^(clear|url|method|body|value|intent)=(.*)$/.exec(piece) ?? [];
      if (key !== undefined) parsed[key] = key === 'clear' ? value === 'true' : value;
      else if (index === 0) parsed[action === 'copy' ? 'value' : 'url'] = piece;
      else throw refusal(40018, 'term unknown');
    }
    return parsed;
  });
