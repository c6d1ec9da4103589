/** Shows the faults of the service as switches, and what happened. Text nodes only. */
const find = (selector) => document.querySelector(selector);

const element = (name, className, text) => {
  const created = document.createElement(name);
  created.className = className;
  if (text !== undefined) created.textContent = text;
  return created;
};

const showConnection = (name, text) => {
  const state = find('#state');
  state.dataset.state = name;
  state.textContent = text;
};

const send = async (change) => {
  const answer = await fetch('/~service/faults', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(change),
  }).catch(() => undefined);
  if (!answer?.ok) showConnection('lost', 'the server refused the change');
};

/** The switches by the name of their fault. They stay the same elements, so that a switch keeps the focus. */
const boxes = new Map();

const switchOf = ({ name, description }) => {
  const row = element('li', '');
  const label = element('label', '');
  const box = element('input', '');
  box.type = 'checkbox';
  boxes.set(name, box);
  box.addEventListener('change', () => send({ fault: name, on: box.checked }));
  label.append(box, element('span', 'name', name), element('span', 'description', description));
  row.append(label);
  return row;
};

const buttonOf = (action) => {
  const button = element('button', '', action);
  button.type = 'button';
  button.addEventListener('click', () => send({ action }));
  return button;
};

const cardOf = ({ title, text }) => {
  const card = element('li', '');
  card.append(element('h2', '', title), element('p', 'message', text));
  return card;
};

const show = ({ title, faults, actions, entries }) => {
  document.title = title;
  find('h1').textContent = title;
  if (boxes.size === 0) {
    find('#faults').replaceChildren(...faults.map(switchOf));
    find('#actions').replaceChildren(...actions.map(buttonOf));
  }
  for (const { name, on } of faults) boxes.get(name).checked = on;
  find('#entries').replaceChildren(...entries.map(cardOf));
  find('#empty').hidden = entries.length > 0;
};

const events = new EventSource('/~service/events');
events.addEventListener('open', () => showConnection('live', 'live'));
events.addEventListener('message', (event) => show(JSON.parse(event.data)));
events.addEventListener('error', () => showConnection('lost', 'connection lost, trying again'));
