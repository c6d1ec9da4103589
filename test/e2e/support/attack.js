/**
 * Every way in which a web page can send a request to a server whose address it knows, and what the page can read of the
 * response. Runs in a browser, as a script of the attacker's page.
 */
const PATIENCE_MS = 3_000;

const within = (work) =>
  Promise.race([
    work,
    new Promise((_, reject) => {
      setTimeout(reject, PATIENCE_MS, new Error('no answer'));
    }),
  ]);

/** An element that loads an address. Resolves when it has loaded or failed. */
const load = (name, attribute, url) =>
  new Promise((resolve) => {
    const element = document.createElement(name);
    element.addEventListener('load', () => resolve(element));
    element.addEventListener('error', () => resolve(undefined));
    element[attribute] = url;
    if (name === 'link') element.rel = 'stylesheet';
    document.body.append(element);
  });

const textOf = async (url, options) => (await fetch(url, options)).text();

/** Submit a form into a frame, and read the frame if the browser allows it. */
const submit = async (url, { method, body, enctype }) => {
  const frame = document.createElement('iframe');
  frame.name = `frame${Math.random()}`;
  const form = document.createElement('form');
  Object.assign(form, { action: url, method, enctype, target: frame.name });
  const [name, ...value] = body.split('=');
  const input = document.createElement('input');
  Object.assign(input, { name, value: value.join('=') });
  form.append(input);
  document.body.append(frame, form);
  const loaded = new Promise((resolve) => {
    frame.addEventListener('load', resolve);
  });
  form.submit();
  await loaded;
  return frame.contentDocument?.body.textContent;
};

/** Send the request from a frame without an origin: `Origin: null`. */
const fromSandbox = (url, { method, body }) =>
  new Promise((resolve, reject) => {
    const options = method === 'GET' ? {} : { method, body };
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    const call = `fetch(${JSON.stringify(url)}, ${JSON.stringify(options)})`;
    frame.srcdoc = `<script>${call}.then((answer) => answer.text()).then(
      (text) => parent.postMessage({ text }, '*'),
      (error) => parent.postMessage({ error: String(error) }, '*'),
    )</script>`;
    addEventListener('message', function heard({ source, data }) {
      if (source !== frame.contentWindow) return;
      removeEventListener('message', heard);
      if (data.error) reject(new Error(data.error));
      else resolve(data.text);
    });
    document.body.append(frame);
  });

const bodyOf = ({ method, body }) => (method === 'GET' ? {} : { body });

const WAYS = {
  fetch: (url, sent) => textOf(url, { method: sent.method, ...bodyOf(sent) }),
  'fetch with a preflight': (url, { headers, ...sent }) =>
    textOf(url, { method: sent.method, ...bodyOf(sent), headers: { 'X-Own': '1', ...headers } }),
  'fetch without CORS': (url, sent) =>
    textOf(url, { mode: 'no-cors', method: sent.method, ...bodyOf(sent) }),
  'fetch with credentials': (url, sent) =>
    textOf(url, { credentials: 'include', method: sent.method, ...bodyOf(sent) }),
  XMLHttpRequest: (url, { method, body }) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.onload = () => resolve(request.responseText);
      request.onerror = () => reject(new Error('refused'));
      request.send(method === 'GET' ? null : body);
    }),
  'a frame without an origin': fromSandbox,
};

const READING_WAYS = {
  'an image': (url) => load('img', 'src', url),
  'a script': (url) => load('script', 'src', url),
  'a style sheet': async (url) => (await load('link', 'href', url))?.sheet?.cssRules.length,
  'a frame': async (url) => (await load('iframe', 'src', url))?.contentDocument?.body.textContent,
  'an object': async (url) =>
    (await load('object', 'data', url))?.contentDocument?.body.textContent,
  'an EventSource': (url) =>
    new Promise((resolve, reject) => {
      const source = new EventSource(url);
      source.onmessage = ({ data }) => resolve(data);
      source.onopen = () => resolve('open');
      source.onerror = () => {
        source.close();
        reject(new Error('refused'));
      };
    }),
  'a WebSocket': (url) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url.replace('http', 'ws'));
      socket.onopen = () => resolve('open');
      socket.onerror = () => reject(new Error('refused'));
    }),
};

const WRITING_WAYS = {
  'a beacon': async (url, { body }) => void navigator.sendBeacon(url, body),
  'a form': (url, { method, body }) =>
    submit(url, { method, body, enctype: 'application/x-www-form-urlencoded' }),
  'a form of plain text': (url, { method, body }) =>
    submit(url, { method, body, enctype: 'text/plain' }),
};

/** An element shows only whether it loaded. Only texts show the content of a response. */
const learnt = (found) => (typeof found === 'string' && found !== '' ? found : undefined);

/** Send every request in every way. @returns the requests, and what the page could read of the responses */
globalThis.attack = async (base, requests) => {
  const results = [];
  for (const sent of requests) {
    const more = { GET: READING_WAYS, POST: WRITING_WAYS, PUT: {} }[sent.method];
    const request = `${sent.method} ${sent.path}`;
    const tried = Object.entries({ ...WAYS, ...more }).map(async ([way, send]) => {
      const read = await within(send(base + sent.path, sent)).then(learnt, () => undefined);
      return { way, request, ...(read === undefined ? {} : { read }) };
    });
    results.push(...(await Promise.all(tried)));
  }
  return results;
};
