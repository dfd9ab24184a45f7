/** Shows every message as the server was given it. */
const list = document.getElementById('seen');
new EventSource('/events').addEventListener('message', ({ data }) => {
  const { from, to, text } = JSON.parse(data);
  const item = document.createElement('li');
  const who = document.createElement('strong');
  who.textContent = `${from} to ${to}`;
  const words = document.createElement('p');
  words.className = 'text';
  words.textContent = text;
  item.append(who, words);
  list.append(item);
  item.scrollIntoView();
});
