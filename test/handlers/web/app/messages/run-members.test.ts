import { describe, expect, it } from 'vitest';
import { runMember } from '#handlers/web/app/messages/run-members.ts';
import { memberOf, runTree } from '#lib/messages/run-tree.ts';
import { aMessage } from '#test/support/builders.ts';

describe('runMember', () => {
  it('finds a message anywhere in the run, also one without a parent', () => {
    const root = aMessage();
    const child = aMessage({ parent_id: root.id, hop_count: 1 });
    const orphan = aMessage({ parent_id: 'msg_deleted', hop_count: 1 });
    const tree = runTree([memberOf(root), memberOf(child), memberOf(orphan)]);
    const run = { ...tree, truncated: false };

    for (const { id } of [root, child, orphan]) expect(runMember(run, id)?.id).toBe(id);
    expect(runMember(run, 'msg_other')).toBeUndefined();
  });
});
