import { expect, test } from 'vitest';
import { apiError } from '#handlers/web/app/api/api-error.ts';
import { isOffline, oldestRead, withoutOffline } from '#handlers/web/app/overview/offline.ts';

const failure = (code: string, status = 0) => apiError({ status, code, message: code });
const read = (error?: unknown, loadedAtMs: number | undefined = 5) => ({
  data: loadedAtMs === undefined ? undefined : 'data',
  loadedAtMs,
  error,
  isLoading: false,
  reload: () => {},
});

test('is offline as soon as one request does not get through', () => {
  expect(isOffline([read(), read(failure('OFFLINE'))])).toBe(true);
});

test('is not offline when one of several reads times out or is refused', () => {
  expect(isOffline([read(), read(failure('TIMEOUT'))])).toBe(false);
  expect(isOffline([read(failure('FORBIDDEN', 403)), read(failure('TIMEOUT'))])).toBe(false);
});

test('is offline when every read times out', () => {
  expect(isOffline([read(failure('TIMEOUT')), read(failure('TIMEOUT'))])).toBe(true);
});

test('finds the oldest data', () => {
  expect(oldestRead([read(undefined, 7), read(undefined, 3)])).toBe(3);
  expect(oldestRead([])).toBeUndefined();
});

test('keeps the error of data that was never read, and of a refusal', () => {
  const neverRead = { ...read(failure('OFFLINE')), data: undefined, loadedAtMs: undefined };
  const refused = read(failure('INTERNAL', 500));

  expect(withoutOffline(read(failure('OFFLINE'))).error).toBeUndefined();
  expect(withoutOffline(neverRead)).toBe(neverRead);
  expect(withoutOffline(refused)).toBe(refused);
});
