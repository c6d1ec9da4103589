import type { ComponentChildren } from 'preact';
import type { Tone } from './tone.ts';

/** A short word with a sign, so that colour is never the only difference. */
export const Badge = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class={`badge tone-${tone}`}>
    <Sign tone={tone} />
    {children}
  </span>
);

/** The sign of a tone. It says nothing to screen readers. */
export const Sign = ({ tone }: { tone: Tone }) => (
  <svg class="sign" viewBox="0 0 12 12" aria-hidden="true">
    <path d={SIGNS[tone]} />
  </svg>
);

/** Drawn, because fonts do not have the same signs everywhere: a clock, a tick, an exclamation mark, a cross, a dot. */
const SIGNS: Readonly<Record<Tone, string>> = {
  info: 'M6 1.5a4.5 4.5 0 1 0 .01 0M6 3.5V6l1.8 1.2',
  ok: 'M2 6.5 4.8 9.2 10 3',
  warn: 'M6 2v5M6 9.6v.4',
  bad: 'M2.5 2.5l7 7M9.5 2.5l-7 7',
  neutral: 'M6 5.4a.6.6 0 1 0 .01 0',
};

/** The tones of the statuses of messages, runs and fires, and of the health and status of schedules. */
export const TONES: Readonly<Record<string, Tone>> = {
  created: 'neutral',
  queued: 'info',
  processing: 'info',
  open: 'info',
  running: 'info',
  completed: 'ok',
  failed: 'bad',
  up: 'ok',
  new: 'neutral',
  late: 'warn',
  down: 'bad',
  active: 'ok',
  paused: 'warn',
  deleted: 'neutral',
  error: 'bad',
  missed: 'bad',
  skipped: 'warn',
};

/** The status of a message, a run or a schedule. */
export const StatusBadge = ({ status }: { status: string }) => (
  <Badge tone={TONES[status] ?? 'neutral'}>{status}</Badge>
);

/** What a call can change, in words. */
const EFFECTS = {
  read: { tone: 'ok', text: 'only reads' },
  reversible: { tone: 'info', text: 'can be undone' },
  irreversible: { tone: 'warn', text: 'cannot be undone' },
} as const;

/** What an operation can change. */
export const EffectBadge = ({ effect }: { effect: keyof typeof EFFECTS }) => (
  <Badge tone={EFFECTS[effect].tone}>{EFFECTS[effect].text}</Badge>
);
