import { signal } from '@preact/signals';
import type { Tone } from './tone.ts';

export interface ToastLink {
  href: string;
  text: string;
}

interface Toast {
  id: number;
  tone: Tone;
  text: string;
  link: ToastLink | undefined;
}

const SHOWN_MS = 8_000;
const toasts = signal<readonly Toast[]>([]);
let lastId = 0;

/** Says for a few seconds what was done. Errors belong where the viewer looks, not here. */
export const toast = (text: string, tone: Tone = 'ok', link?: ToastLink): void => {
  lastId += 1;
  const shown = { id: lastId, tone, text, link };
  toasts.value = [...toasts.value, shown];
  setTimeout(() => dismiss(shown.id), SHOWN_MS);
};

const dismiss = (id: number) => {
  toasts.value = toasts.value.filter((one) => one.id !== id);
};

/** The place of the toasts. Screen readers say each one. */
export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(({ id, tone, text, link }) => (
      <p key={id} class={`toast tone-${tone}`}>
        <bdi>{text}</bdi>{' '}
        {link !== undefined && (
          <>
            <a href={link.href} onClick={() => dismiss(id)}>
              {link.text}
            </a>{' '}
          </>
        )}
        <button type="button" class="link" onClick={() => dismiss(id)}>
          Dismiss
        </button>
      </p>
    ))}
  </div>
);
