/** How good or bad something is. Each tone has a colour and a sign. */
export type Tone = 'info' | 'ok' | 'warn' | 'bad' | 'neutral';
