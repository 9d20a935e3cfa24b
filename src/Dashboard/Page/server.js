// What the page asks the program for. Every request brings the token of the page's address.
const token = new URLSearchParams(location.search).get('t') ?? '';

function address(path, values = []) {
  return `api/${path}?${new URLSearchParams([['t', token], ...values])}`;
}

async function ask(path, options) {
  const answer = await fetch(address(path), options);
  if (answer.ok) {
    return answer;
  }

  if (answer.status === 403) {
    throw new Error('The address of this page lacks its token: open the whole address that the program has printed.');
  }

  const reason = await answer.json().then(body => body.error, () => null);
  throw new Error(reason ?? `The program has answered with ${answer.status}.`);
}

export const getJson = path => ask(path).then(answer => answer.json());
export const getPicture = path => ask(path).then(answer => answer.blob());
export const post = (path, body) => ask(path, { method: 'POST', body });

/**
 * Listens to the events of the program. The id of an event tells the program what the page has, so
 * a new connection goes on where the last one ended.
 */
export class Events {
  #source;
  #last = null;
  #handlers;

  constructor(handlers) {
    this.#handlers = handlers;
  }

  listen(runs) {
    this.#source?.close();
    const since = this.#last === null ? [] : [['since', this.#last]];
    this.#source = new EventSource(address('events', [...runs.map(run => ['run', run]), ...since]));
    this.#source.onopen = () => this.#handlers.connection('open', 'connected');
    this.#source.onerror = () => this.#lost(runs);
    for (const type of ['runs', 'silos', 'run']) {
      this.#source.addEventListener(type, message => {
        this.#last = message.lastEventId;
        this.#handlers[type](JSON.parse(message.data));
      });
    }
  }

  async #lost(runs) {
    this.#handlers.connection('lost', 'no connection; trying again');
    if (this.#source.readyState === EventSource.CLOSED) {
      // The browser gives up when the answer is an error, such as a missing token.
      try {
        await getJson('events');
      } catch (failure) {
        this.#handlers.connection('lost', failure.message);
      }
      setTimeout(() => this.listen(runs), 2000);
    }
  }
}
