import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';
import type { Tool } from '#lib/tools/tool.ts';
import { toolRegistry } from '#lib/tools/tool-registry.ts';
import { HOSTILE } from '#test/support/arbitrary.ts';
import { INHERITED_NAMES } from '#test/support/inherited-names.ts';
import { toolWorld } from './tool-world.ts';

const world = toolWorld();
beforeEach(() => world.reset());

const registry = toolRegistry([]);
const TOOLS = registry.list(['admin']);
/** Properties that a call might have, with any value. */
const inputOf = ({ input }: Tool) => {
  const names = Object.keys(input.properties as object);
  const name = fc.oneof(fc.constantFrom(...names, ...INHERITED_NAMES), fc.string());
  return fc.oneof(HOSTILE, fc.dictionary(name, HOSTILE, { maxKeys: 6 }));
};

/** What a call does with an input: the answer or draft, or the error. */
const outcomeOf = async (tool: Tool, given: unknown): Promise<unknown> => {
  try {
    return tool.kind === 'direct' ? await world.call(tool.name, given) : tool.draftOf(given);
  } catch (error) {
    return error;
  }
};

describe.each(TOOLS.map((tool) => [tool.name, tool] as const))('%s', (_, tool) => {
  it('either takes an input, or refuses it as not valid with paths', async () => {
    await fc.assert(
      fc.asyncProperty(inputOf(tool), async (given) => {
        const outcome = await outcomeOf(tool, given);
        if (!(outcome instanceof Error)) return;
        expect(outcome).toBeInstanceOf(AppError);
        const { kind, code, details } = outcome as AppError;
        expect(['invalid VALIDATION_ERROR', 'not-found MESSAGE_NOT_FOUND']).toContain(
          `${kind} ${code}`,
        );
        if (kind === 'invalid') expect(details.length).toBeGreaterThan(0);
        expect(JSON.stringify(details).length).toBeLessThan(20_000);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses a property that it does not list', async () => {
    const outcome = await outcomeOf(tool, { surprise: 1 });

    expect(outcome).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: expect.arrayContaining([
        { path: 'surprise', problem: 'is not a known property' },
      ]) as unknown,
    });
  });
});
