import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { memberOf, type RunMember, type RunNode, runTree } from '#lib/messages/run-tree.ts';
import { STATUSES } from '#lib/messages/transitions.ts';
import { iso } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';

const treeOf = (...messages: Message[]) =>
  runTree(messages.map(memberOf) as [RunMember, ...RunMember[]]);

const below = (node: RunNode): RunNode[] => [node, ...node.children.flatMap(below)];

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const child = (parent: Message, fields: Partial<Message> & { nowMs?: number } = {}) =>
  aMessage({ parent_id: parent.id, hop_count: parent.hop_count + 1, ...fields });

describe('runTree', () => {
  it('nests children under their parents, oldest first, with their status', () => {
    const root = aMessage({ status: 'completed', result: { pushes: 2 } });
    const late = child(root, { nowMs: NOW_MS + 2_000, status: 'completed' });
    const early = child(root, { nowMs: NOW_MS + 1_000, status: 'failed' });
    const grandchild = child(late, { nowMs: NOW_MS + 3_000, status: 'completed' });

    const tree = treeOf(grandchild, late, root, early);

    expect(tree).toMatchObject({
      correlation_id: root.correlation_id,
      status: 'failed',
      count: 4,
      root: {
        id: root.id,
        message_id: root.id,
        result: { pushes: 2 },
        children: [
          { id: early.id, error_code: 'INVALID_PAYLOAD', children: [] },
          { id: late.id, children: [{ id: grandchild.id, children: [] }] },
        ],
      },
      others: [],
    });
  });

  it('begins with the oldest message when the first one is gone', () => {
    const gone = aMessage();
    const [younger, older] = [2_000, 1_000].map((ms) => child(gone, { nowMs: NOW_MS + ms }));
    if (younger === undefined || older === undefined) throw new Error('not made');

    expect(treeOf(younger, older)).toMatchObject({
      ...{ root: { id: older.id }, others: [{ id: younger.id }], count: 2 },
      started_at: older.created_date,
    });
  });

  it('contains the waiting time and the duration of each message, and the duration of the run', () => {
    const root = aMessage({
      status: 'completed',
      processing_started_at: iso(NOW_MS + 400),
      processing_completed_at: iso(NOW_MS + 1_000),
    });
    const last = child(root, {
      status: 'completed',
      nowMs: NOW_MS + 900,
      processing_started_at: iso(NOW_MS + 1_500),
      processing_completed_at: iso(NOW_MS + 4_000),
    });

    expect(treeOf(root, last)).toMatchObject({
      started_at: iso(NOW_MS),
      ended_at: iso(NOW_MS + 4_000),
      duration_ms: 4_000,
      root: {
        waited_ms: 400,
        duration_ms: 600,
        children: [{ waited_ms: 600, duration_ms: 2_500 }],
      },
    });
  });

  it.each([
    { statuses: ['completed', 'completed'], status: 'completed' },
    { statuses: ['completed', 'failed'], status: 'failed' },
    { statuses: ['failed', 'queued'], status: 'open' },
    { statuses: ['completed', 'processing'], status: 'open' },
    { statuses: ['created', 'completed'], status: 'open' },
  ] as const)('is $status when its messages are $statuses', ({ statuses, status }) => {
    const tree = treeOf(...statuses.map((one) => aMessage({ status: one })));

    expect(tree.status).toBe(status);
    expect(tree.ended_at === null).toBe(status === 'open');
    expect(tree.duration_ms === null).toBe(status === 'open');
  });

  it('ends with the last end that is known', () => {
    const { processing_completed_at: _, ...unknown } = aMessage({ status: 'failed' });
    const known = aMessage({ status: 'completed', processing_completed_at: iso(NOW_MS + 5) });

    expect(treeOf(known, unknown).ended_at).toBe(iso(NOW_MS + 5));
    expect(treeOf(unknown).ended_at).toBeNull();
  });

  it('has no negative durations when clocks differ, and no durations before the end', () => {
    const odd = aMessage({ status: 'processing', processing_started_at: iso(NOW_MS - 50) });

    expect(treeOf(odd).root).toMatchObject({ waited_ms: 0, duration_ms: null });
  });

  it('contains no payload, arguments or auth_config', () => {
    const tree = treeOf(aMessage({ payload: { message: 'canary' }, arguments: { a: 'canary' } }));

    expect(JSON.stringify(tree)).not.toContain('canary');
  });

  it('has the message without a parent as root, although an orphan is older', () => {
    const gone = aMessage();
    const orphan = child(gone, { nowMs: NOW_MS - 1_000 });
    const root = aMessage();

    const tree = treeOf(orphan, root);

    expect(tree.root.id).toBe(root.id);
    expect(tree.others.map(({ id }) => id)).toEqual([orphan.id]);
    expect(tree.started_at).toBe(orphan.created_date);
  });

  it('has no cycle when rows name each other as parents', () => {
    const a = aMessage({ hop_count: 1 });
    const b = aMessage({ hop_count: 1, parent_id: a.id });
    a.parent_id = b.id;

    const tree = treeOf(a, b);

    expect([tree.root, ...tree.others].flatMap(below)).toHaveLength(2);
  });

  it('contains every message once, under its parent if that is a member, in any order of the members', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            above: fc.option(fc.nat(), { nil: undefined }),
            ms: fc.integer({ min: -5, max: 5 }),
            status: fc.constantFrom(...STATUSES),
            isHere: fc.boolean(),
          }),
          { minLength: 1, maxLength: 40 },
        ),
        fc.infiniteStream(fc.nat()),
        (shapes, numbers) => {
          const all: Message[] = [];
          for (const { above, ms, status } of shapes) {
            const parent = above === undefined ? undefined : all[above % Math.max(all.length, 1)];
            const fields = { nowMs: NOW_MS + ms, status, correlation_id: 'run' };
            all.push(parent ? child(parent, fields) : aMessage(fields));
          }
          const here = all.filter((_, at) => at === 0 || shapes[at]?.isHere);
          const shuffled = here
            .map((message) => ({ message, at: numbers.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ message }) => message);

          const tree = treeOf(...here);

          const nodes = [tree.root, ...tree.others].flatMap(below);
          expect(treeOf(...shuffled)).toEqual(tree);
          expect(tree.count).toBe(here.length);
          expect(nodes.map(({ id }) => id).sort()).toEqual(here.map(({ id }) => id).sort());
          for (const node of nodes) {
            for (const one of node.children) expect(one.parent_id).toBe(node.id);
            const dates = node.children.map(({ created_date }) => created_date);
            expect(dates).toEqual([...dates].sort());
          }
          for (const top of [tree.root, ...tree.others]) {
            expect(here.some(({ id }) => id === top.parent_id)).toBe(false);
          }
          expect(tree.root.parent_id).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});
