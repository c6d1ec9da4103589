import type { Flag } from '#handlers/web/app/api/responses.ts';

/** `on` or `off` */
export const stateText = ({ enabled }: Pick<Flag, 'enabled'>): 'on' | 'off' =>
  enabled ? 'on' : 'off';

/** What the value of the flag does, such as `it holds every push until it is on again` for `off holds every push …`. */
export const effectText = ({ enabled, meaning }: Pick<Flag, 'enabled' | 'meaning'>): string => {
  const state = `${stateText({ enabled })} `;
  return meaning.startsWith(state) ? `it ${meaning.slice(state.length)}` : meaning;
};

/** How long ago the operator wanted to change the value back; `undefined`: not yet. The platform does not change it by itself. */
export const overdueMs = ({ until }: Pick<Flag, 'until'>, nowMs: number): number | undefined => {
  const ms = until === null ? -1 : nowMs - Date.parse(until);
  return ms > 0 ? ms : undefined;
};
