import { beforeEach, describe, expect, it, vi } from 'vitest';
import { rehearsePublish } from '#lib/bus/rehearsal.ts';
import { snsClient } from '#lib/bus/topics.ts';
import { rehearseAdding } from '#lib/data/counters/hours.ts';
import { documentClient } from '#lib/data/table.ts';
import { rehearseRun } from '#lib/engine/rehearsal.ts';
import { rehearseSpawn } from '#lib/engine/rehearse-spawn.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { installSns } from '#test/support/sns.ts';
import { createWire } from '#test/support/wire.ts';

const changes: unknown[] = [];
const wire = createWire();
const db = installDynamo(documentClient, { wire, onChange: (change) => changes.push(change) });
const sns = installSns(snsClient, { wire });
beforeEach(() => {
  db.reset();
  sns.reset();
  wire.reset();
  changes.length = 0;
});

const REHEARSALS = [
  { name: 'a run of processor', rehearse: () => rehearseRun('processor') },
  { name: 'a run of notification', rehearse: () => rehearseRun('notification') },
  { name: 'a spawn', rehearse: rehearseSpawn },
  { name: 'a count', rehearse: () => rehearseAdding({ timeoutMs: 1_000 }) },
  { name: 'a publication', rehearse: rehearsePublish },
];

describe('rehearsing', () => {
  it.each(REHEARSALS)('$name asks AWS, changes nothing and says nothing', async ({ rehearse }) => {
    const written = vi.spyOn(process.stdout, 'write');

    await rehearse();

    const lines = written.mock.calls.map(([line]) => String(line));
    written.mockRestore();
    expect(wire.calls()).not.toEqual([]);
    expect(changes).toEqual([]);
    expect(sns.published).toEqual([]);
    expect(lines.filter((line) => line.startsWith('{'))).toEqual([]);
  });

  it.each(REHEARSALS)('$name says when AWS does not answer', async ({ rehearse }) => {
    wire.decide(() => ({ kind: 'fail-before' }));

    await rehearse().then(
      () => expect.unreachable(),
      (error: unknown) => expect(error).toBeInstanceOf(Error),
    );
  });
});
