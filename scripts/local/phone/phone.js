/** Shows pushes as a phone does: the newest first, and of repeated pushes only the newest. Creates text nodes only. */
const list = document.querySelector('#pushes');
const empty = document.querySelector('#empty');
const state = document.querySelector('#state');
const PRIORITIES = new Map([
  [1, 'lowest'],
  [2, 'low'],
  [4, 'high'],
  [5, 'highest'],
]);
/** Tags that ntfy's apps show as a picture. */
const EMOJI = new Map(
  Object.entries({
    warning: '⚠️',
    rotating_light: '🚨',
    white_check_mark: '✅',
    heavy_check_mark: '✔️',
    x: '❌',
    tada: '🎉',
    wave: '👋',
    bell: '🔔',
    calendar: '📅',
    golf: '⛳',
    sunny: '☀️',
    umbrella: '☔',
    cloud: '☁️',
    snowflake: '❄️',
    robot: '🤖',
    chart_with_upwards_trend: '📈',
    skull: '💀',
    no_entry: '⛔',
    hourglass: '⌛',
    alarm_clock: '⏰',
    information_source: 'ℹ️',
    zap: '⚡',
  }),
);

/** Cards by topic and sequence id. */
const cards = new Map();

const element = (name, className, text) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const linkTo = (address) => {
  if (!/^https?:\/\//i.test(address)) return element('p', 'message', address);
  const link = element('a', '', address);
  link.href = address;
  link.rel = 'noreferrer noopener';
  link.target = '_blank';
  return link;
};

const cardOf = (push) => {
  const card = element('li');
  const priority = push.priority ?? 3;
  card.dataset.priority = priority;
  const meta = element('p', 'meta');
  meta.append(element('span', 'topic', push.topic));
  const name = PRIORITIES.get(priority);
  if (name !== undefined) meta.append(element('span', 'priority', name));
  const sent = new Date(push.time * 1000);
  const time = element(
    'time',
    '',
    sent.toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' }),
  );
  time.dateTime = sent.toISOString();
  meta.append(time);
  card.append(meta);
  const pictures = (push.tags ?? []).flatMap((tag) => EMOJI.get(tag) ?? []).join(' ');
  const heading = [pictures, push.title].filter(Boolean).join(' ');
  if (heading) card.append(element('h2', '', heading));
  card.append(element('p', 'message', push.message ?? ''));
  if (push.tags?.length) {
    const tags = element('p', 'tags');
    tags.append(...push.tags.map((tag) => element('span', '', tag)));
    card.append(tags);
  }
  if (push.click) card.append(linkTo(push.click));
  return card;
};

const show = (push) => {
  const key = `${push.topic}/${push.sequence_id ?? push.id}`;
  const before = cards.get(key);
  if (push.event === 'message_clear') {
    if (before) before.dataset.cleared = '';
    return;
  }
  before?.remove();
  cards.delete(key);
  if (push.event === 'message') {
    const card = cardOf(push);
    card.dataset.new = '';
    cards.set(key, card);
    list.prepend(card);
  }
  empty.hidden = cards.size > 0;
  document.title = cards.size > 0 ? `(${cards.size}) Local phone` : 'Local phone';
};

const showState = (name, text) => {
  state.dataset.state = name;
  state.textContent = text;
};

const faults = [...document.querySelectorAll('#faults button')];

const showFault = (fault) => {
  for (const button of faults) button.ariaPressed = String(button.textContent === fault);
};

for (const button of faults) {
  button.addEventListener('click', async () => {
    const answer = await fetch('/~phone/fault', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ fault: button.textContent }),
    }).catch(() => undefined);
    if (!answer?.ok) showState('lost', 'the server refused the change');
  });
}

const pushes = new EventSource('/~phone/pushes');
// A new connection starts with all stored messages.
pushes.addEventListener('fresh', () => {
  cards.clear();
  list.replaceChildren();
  empty.hidden = false;
  showState('live', 'live');
});
// The fault comes from the server, because another window or curl can change it.
pushes.addEventListener('fault', (event) => showFault(JSON.parse(event.data)));
pushes.addEventListener('message', (event) => show(JSON.parse(event.data)));
pushes.addEventListener('error', () => showState('lost', 'connection lost, trying again'));
