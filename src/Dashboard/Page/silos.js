import { post } from './server.js';
import { element, say, show } from './elements.js';

/** The silos of the cluster, with what can be done to them. */
export class Silos {
  #state = { silos: [], can_change: false };
  #paces = [];
  #last = new Map();
  #announce;

  constructor(announce) {
    this.#announce = announce;
    document.getElementById('add-silo').addEventListener('click', event => this.#do(event.target, 'silos', 'a silo starts'));
  }

  /** Takes how fast the silos of a run are. */
  pace(paces) {
    this.#paces = paces;
    this.#draw();
  }

  take(state) {
    for (const silo of state.silos) {
      const before = this.#last.get(silo.name);
      if (before !== undefined && before !== silo.state) {
        this.#announce(`${silo.name} is ${silo.state}`);
      }
    }

    this.#last = new Map(state.silos.map(silo => [silo.name, silo.state]));
    this.#state = state;
    document.getElementById('place').textContent = `cluster ${state.cluster}`;
    document.getElementById('hint').textContent = state.can_change ? `mnist train --cluster ${state.cluster}` : 'mnist train';
    this.#draw();
  }

  #draw() {
    const { silos, can_change: canChange } = this.#state;
    const gone = silos.filter(silo => silo.state === 'gone' || silo.state === 'dead').length;
    show('no-silos', silos.length === 0);
    show('add-silo', canChange);
    document.getElementById('add-silo').textContent = gone > 0 ? `Start ${gone === 1 ? 'the silo that is gone' : `the ${gone} silos that are gone`}` : 'Start a silo';
    const list = document.getElementById('silos');
    const kept = new Map([...list.children].map(item => [item.dataset.silo, item]));
    const items = silos.map(silo => this.#item(silo, canChange, kept.get(silo.name)));
    if (items.length !== list.children.length || items.some((item, at) => item !== list.children[at])) {
      list.replaceChildren(...items);
    }
  }

  /** Items are kept, so that a button that has the focus keeps it. */
  #item(silo, canChange, known) {
    const item = known ?? this.#make(silo);
    item.dataset.state = silo.state;
    item.querySelector('.state').textContent = silo.state;
    const pace = silo.state === 'active' ? this.#paces.find(one => one.silo === silo.name) : undefined;
    const isLast = pace && this.#paces.length > 1 && this.#paces.every(other => other.last_share <= pace.last_share);
    const rows = [
      ['workers', pace ? `${pace.workers}` : '-'],
      ['time of a step', pace ? `${(1000 * pace.seconds).toFixed(2)} ms` : '-'],
      ['answers last', pace ? `in ${Math.round(100 * pace.last_share)} % of steps` : '-'],
      ['address', silo.address ?? '-'],
      ['process', silo.pid === null ? '-' : `${silo.pid}`],
    ];
    item.querySelector('dl').replaceChildren(...rows.flatMap(([name, value]) => [element('dt', { textContent: name }), element('dd', { textContent: value })]));
    item.querySelector('.badge').hidden = !isLast;
    const isAlive = silo.state === 'active' || silo.state === 'dead';
    for (const button of item.querySelectorAll('button')) {
      button.hidden = !canChange || !isAlive;
    }

    return item;
  }

  #make(silo) {
    const kill = element('button', { type: 'button', className: 'danger', textContent: 'Kill', ariaLabel: `Kill ${silo.name}` });
    kill.addEventListener('click', () => this.#do(kill, `silos/${encodeURIComponent(silo.name)}/kill`, `${silo.name} was killed`));
    const stop = element('button', { type: 'button', textContent: 'Let it leave', ariaLabel: `Let it leave: ${silo.name}` });
    stop.addEventListener('click', () => this.#do(stop, `silos/${encodeURIComponent(silo.name)}/stop`, `${silo.name} has left`));
    const item = element('li', {}, element('strong', { textContent: silo.name }), ' ', element('span', { className: 'state' }), element('span', { className: 'badge', textContent: 'most often last' }), element('dl', {}), kill, ' ', stop);
    item.dataset.silo = silo.name;
    return item;
  }

  async #do(button, path, done) {
    button.disabled = true;
    say('silo-message', 'working');
    try {
      await post(path);
      say('silo-message', done);
    } catch (failure) {
      say('silo-message', failure.message, true);
    } finally {
      button.disabled = false;
    }
  }
}
