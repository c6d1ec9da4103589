import { describe, expect, it } from 'vitest';
import { messageSummary } from '#handlers/web/app/messages/message-summary.ts';

const summary = (payload: Record<string, unknown>, input?: Record<string, unknown>) =>
  messageSummary({
    message_type: 'manual',
    payload,
    ...(input === undefined ? {} : { arguments: input }),
  });

describe('messageSummary', () => {
  it('has the title and the text, or the one that is there', () => {
    expect(summary({ title: 'Garden', message: 'Water the plants' })).toBe(
      'Garden: Water the plants',
    );
    expect(summary({ title: 'Garden' })).toBe('Garden');
    expect(summary({ title: ' ', message: 'Water the plants' })).toBe('Water the plants');
  });

  it('names the operation of an action', () => {
    expect(summary({ action: 'weather' }, { operation: 'get_forecast' })).toBe(
      'weather.get_forecast',
    );
  });

  it('is the type when no property is a text', () => {
    expect(summary({ title: 7, message: { nested: true } })).toBe('manual');
  });

  it('cuts a long text between characters', () => {
    const text = summary({ message: '🌡'.repeat(10_000) });

    expect(text).toBe(`${'🌡'.repeat(120)}…`);
  });
});
