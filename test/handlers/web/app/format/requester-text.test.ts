import { describe, expect, it } from 'vitest';
import { requesterText } from '#handlers/web/app/format/requester-text.ts';

describe('requesterText', () => {
  it('names a schedule, a deployment and an assistant', () => {
    expect(requesterText('scheduler')).toBe('a schedule');
    expect(requesterText('deploy')).toBe('a deployment');
    expect(requesterText('mcp:claude')).toBe('the assistant claude');
    expect(requesterText('agent:ada:planner')).toBe('the assistant ada:planner');
  });

  it('leaves a person, and every other name, to the part that shows creators', () => {
    for (const name of ['user:ada', 'processor', 'mcp:', 'mcp', 'umcp:x', '']) {
      expect(requesterText(name)).toBeUndefined();
    }
  });
});
