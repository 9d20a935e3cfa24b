// Makes elements of the page. All text goes through textContent, so nothing in it is markup.
export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export const cell = (text, isNumber = false) => element('td', { textContent: text, className: isNumber ? 'number' : '' });

export function show(id, isShown) {
  document.getElementById(id).hidden = !isShown;
}

export function say(id, text, isProblem = false) {
  const place = document.getElementById(id);
  place.textContent = text;
  place.classList.toggle('problem', isProblem);
}
