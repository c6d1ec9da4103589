import { signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'theme';

const storedTheme = (): Theme =>
  THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';

/** The theme that the viewer chose on this device. */
export const theme = signal<Theme>(storedTheme());

/** Shows the chosen theme. `system` follows the device. */
export const applyTheme = (): void => {
  document.documentElement.dataset.theme = theme.value;
};

export const chooseTheme = (chosen: Theme): void => {
  theme.value = chosen;
  localStorage.setItem(KEY, chosen);
  applyTheme();
};
