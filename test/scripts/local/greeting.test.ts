import { expect, it } from 'vitest';
import { greeting } from '#scripts/local/greeting.ts';
import { unsafeIn } from '#test/support/unsafe-text.ts';

it('make dev prints every place under each other, what is unusual, and commands for its address', () => {
  const printed = greeting({
    url: 'http://localhost:7071',
    tookMs: 2_940,
    places: { phone: 'http://127.0.0.1:2586/', AWS: 'http://127.0.0.1:4566\u001b[2J' },
    notes: ['the phone is at port 2587'],
  });

  expect(printed.split('\n').slice(1, 9)).toEqual([
    'rez-agent runs at http://localhost:7071 (2.9 s). Open it in a browser to see the dashboard.',
    '',
    '  phone  http://127.0.0.1:2586/',
    '  AWS    http://127.0.0.1:4566\\u001b[2J',
    '',
    'the phone is at port 2587',
    '',
    'Try in another terminal:',
  ]);
  expect(printed).toContain('curl http://localhost:7071/api/messages -H');
  expect(unsafeIn(printed.replaceAll('\n', ''))).toEqual([]);
});
