import type { HttpResponse } from '#lib/http/response.ts';
import { redact } from '#lib/platform/redact.ts';
import { cleanLine, shortened } from '#lib/platform/text.ts';

const MAX_CHARS = 200;
/** Where services put a sentence for people; `title` and `detail` are those of RFC 9457. */
const SENTENCES = ['detail', 'message', 'error_description', 'error', 'title'];

/** Why a service refused a request, for people. It contains no JSON, and no page. */
export const refusalReason = ({ status, headers, body }: HttpResponse): string => {
  if (status >= 300 && status < 400) {
    return `the endpoint redirects (${status}): its definition must contain the address itself`;
  }
  const sentence = cleanLine(String(redact(sentenceOf(headers['content-type'] ?? '', body))));
  const reason = sentence === '' ? '' : `: ${shortened(sentence, MAX_CHARS)}`;
  return `the endpoint refused the request with ${status}${reason}`;
};

const sentenceOf = (type: string, body: string): string => {
  if (/^text\/plain\b/i.test(type)) return body;
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) return '';
  const value = parse(body);
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value : '';
  const found = SENTENCES.map((name) => Reflect.get(value, name) as unknown).find(
    (one) => typeof one === 'string',
  );
  return typeof found === 'string' ? found : '';
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
