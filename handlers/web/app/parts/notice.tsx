import type { ComponentChildren } from 'preact';
import type { Tone } from './tone.ts';

export interface NoticeProps {
  tone: Tone;
  title: string;
  children?: ComponentChildren;
  /** Whether screen readers say it when it appears. */
  isAnnounced?: boolean | undefined;
}

/** A box with something that the viewer should know. */
export const Notice = ({ tone, title, children, isAnnounced = true }: NoticeProps) => (
  <div
    class={`notice tone-${tone}`}
    role={isAnnounced ? (tone === 'bad' ? 'alert' : 'status') : undefined}
  >
    <strong>{title}</strong>
    {children !== undefined && <div>{children}</div>}
  </div>
);
