import type { FireList } from '#handlers/web/app/api/responses.ts';

export type ListedFire = FireList['data'][number];

/** What became of a fire: the words for people, and the status whose colour and sign they get. */
export interface FireWords {
  status: string;
  text: string;
  /** Why there is no message. */
  reason?: string;
}

/** What became of a fire, in words: `completed`, `failed, late`, `skipped`. */
export const fireWords = ({ outcome, late, status }: ListedFire): FireWords => {
  if (outcome === 'missed')
    return { status: 'missed', text: 'missed', reason: 'the fire did not arrive' };
  if (outcome === 'skipped')
    return { status: 'skipped', text: 'skipped', reason: 'the run before was still open' };
  const shown = status ?? 'created';
  return { status: shown, text: late ? `${shown}, late` : shown };
};

/** One sentence about a list of fires: `20 fires: 17 completed, 2 failed, 1 skipped; 3 late`. */
export const fireSummary = (fires: readonly ListedFire[]): string => {
  const counts = new Map<string, number>();
  for (const fire of fires) {
    const { status } = fireWords(fire);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const parts = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
  const late = fires.filter((fire) => fire.late).length;
  const total = `${fires.length} ${fires.length === 1 ? 'fire' : 'fires'}`;
  return `${total}: ${parts}${late === 0 ? '' : `; ${late} late`}`;
};
