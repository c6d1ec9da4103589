import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { formBody } from '#middleware/form-body.ts';
import { httpEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';

const FORM = 'application/x-www-form-urlencoded';

const parse = (body: string | Uint8Array, type = FORM, isExpected = true) =>
  invoke(
    middy<APIGatewayProxyEventV2, [string, string][]>()
      .use(formBody({ isExpected: () => isExpected }))
      .handler(async (_event, { form }) => [...form]),
    httpEvent({ method: 'POST', body, headers: { 'Content-Type': type } }),
  );

describe('formBody', () => {
  it.each([
    ['text', 'a=1&b=x+y%21'],
    ['base64', Buffer.from('a=1&b=x+y%21')],
  ])('reads the fields of a body that arrives as %s', async (_, body) => {
    expect(await parse(body)).toEqual([
      ['a', '1'],
      ['b', 'x y!'],
    ]);
  });

  it('has no fields when the operation has no form', async () => {
    expect(await parse('a=1', 'application/json', false)).toEqual([]);
  });

  it.each([FORM, `${FORM}; charset=utf-8`, `${FORM};charset="UTF-8"`])(
    'accepts the type %s',
    async (type) => {
      expect(await parse('a=1', type)).toEqual([['a', '1']]);
    },
  );

  it.each(['application/json', 'multipart/form-data', `${FORM}; charset=utf-16`, ''])(
    'refuses the type "%s"',
    async (type) => {
      await expect(parse('a=1', type)).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    },
  );

  it('reads 64 KB, and refuses one byte more', async () => {
    const largest = `a=${'x'.repeat(64 * 1024 - 2)}`;

    expect(await parse(Buffer.from(largest))).toHaveLength(1);
    await expect(parse(Buffer.from(`${largest}x`))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
  });

  it.each(['code=1&code=2', 'code=1&co%64e=1', 'a=&a='])(
    'refuses a field that is given twice: %s',
    async (body) => {
      await expect(parse(body)).rejects.toMatchObject({
        kind: 'invalid',
        code: 'INVALID_REQUEST',
        message: expect.stringContaining('more than once'),
      });
    },
  );

  it('refuses bytes that are not UTF-8', async () => {
    await expect(parse(Buffer.from([0x61, 0x3d, 0xff]))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });
});
