import { describe, expect, it } from 'vitest';
import { healthyStage, TOPIC } from './healthy-stage.ts';

const stage = healthyStage();
const lines = () => stage.lines('ntfy');
const SET = 'make set NAME=ntfy-url STAGE=dev';

describe('the line ntfy', () => {
  it('is ok when the server is healthy, and requests nothing but its health', async () => {
    const before = stage.server().requests.length;

    expect(await lines()).toEqual([{ state: 'ok', name: 'ntfy', text: 'the server is healthy' }]);
    expect(stage.server().requests.slice(before)).toEqual([
      { line: 'GET /v1/health', authorization: undefined },
    ]);
  });

  it.each([
    [{ status: 503, body: {} }, 'the server responds with 503'],
    [{ status: 200, body: { healthy: false } }, 'the server is not healthy'],
    [{ status: 200, body: 'another server' }, 'the server is not healthy'],
  ])('is failed for the response %j', async (response, text) => {
    Object.assign(stage.ntfy, response);

    expect(await lines()).toEqual([
      { state: 'failed', name: 'ntfy', text, fix: expect.stringContaining(SET) },
    ]);
  });

  it.each([
    ['does not exist', `https://canary.invalid/${TOPIC}`, 'the connection failed (ENOTFOUND)'],
    ['is private', `https://127.0.0.1:9/${TOPIC}`, 'neither public nor listed as local'],
    ['is not an address', `ftp://canary/${TOPIC}`, 'ntfy-url must be https://host/topic'],
  ])('is failed when the server %s, without the address or the topic', async (_, url, text) => {
    stage.parameters().set('ntfy-url', url);

    const found = await lines();

    expect(found).toMatchObject([
      { state: 'failed', text: expect.stringContaining(text), fix: expect.stringContaining(SET) },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/canary|127\.0\.0\.1/);
  });

  it('is failed when the parameter does not exist', async () => {
    stage.parameters().delete('ntfy-url');

    expect(await lines()).toMatchObject([
      { state: 'failed', text: expect.stringContaining('ntfy-url must be https://host/topic') },
    ]);
  });

  it('names the command of the local platform there', async () => {
    stage.ntfy.status = 503;

    expect(await stage.lines('ntfy', { target: stage.localTarget() })).toMatchObject([
      { state: 'failed', fix: 'make set NAME=ntfy-url, or start make dev again' },
    ]);
  });

  it('is failed when the parameter cannot be read', async () => {
    stage.ssm().failWith(stage.accessDenied());

    expect(await lines()).toMatchObject([
      { state: 'failed', text: 'not checked: User ada is not authorized' },
    ]);
  });
});
