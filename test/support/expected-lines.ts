import { vi } from 'vitest';

/**
 * Hide log lines with these sentences, because the tests provoke them. Every other line is still shown. In effect
 * until the mocks are restored.
 */
export const expectLines = (...sentences: readonly string[]): void => {
  const write = process.stdout.write.bind(process.stdout);
  vi.spyOn(process.stdout, 'write').mockImplementation(
    (chunk: string | Uint8Array) =>
      sentences.some((sentence) => String(chunk).includes(`"msg":"${sentence}"`)) || write(chunk),
  );
};
