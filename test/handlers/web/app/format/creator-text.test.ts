import { describe, expect, it } from 'vitest';
import { creatorText } from '#handlers/web/app/format/creator-text.ts';

const ID = '2814d2a6-2ef6-4774-9307-2ca89ab0a57f';

describe('creatorText', () => {
  it('calls the viewer you', () => {
    expect(creatorText(`user:${ID}`, ID)).toBe('you');
  });

  it('shortens the id of another user', () => {
    expect(creatorText(`user:${ID}`, 'ada')).toBe('user:2814d2a6…');
  });

  it('keeps every other name', () => {
    expect(creatorText('web-action', 'ada')).toBe('web-action');
    expect(creatorText('user:ada', undefined)).toBe('user:ada');
  });
});
