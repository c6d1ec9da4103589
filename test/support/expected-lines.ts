import { vi } from 'vitest';

/**
 * Keeps log lines with these sentences off the screen, because the tests provoke them. Every other line is still shown.
 * Holds until the mocks are restored.
 */
export const expectLines = (...sentences: readonly string[]): void => {
  const write = process.stdout.write.bind(process.stdout);
  vi.spyOn(process.stdout, 'write').mockImplementation(
    (chunk: string | Uint8Array) =>
      sentences.some((sentence) => String(chunk).includes(`"msg":"${sentence}"`)) || write(chunk),
  );
};
