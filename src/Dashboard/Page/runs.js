import { Run } from './run.js';
import { Chart, colourOf, drawCurves } from './charts.js';
import { cell, element, show } from './elements.js';

const Redraw = 250;

/** The runs: the list, their curves laid over one another, and what happened to them. */
export class Runs {
  #runs = new Map();
  #shown = new Set();
  #listen;
  #changed;
  #announce;
  #due = null;
  #seen = false;
  #charts = ['loss', 'metric', 'speed'].map(name => new Chart(document.getElementById(`${name}-chart`)));

  constructor({ listen, changed, announce }) {
    this.#listen = listen;
    this.#changed = changed;
    this.#announce = announce;
    for (const radio of document.querySelectorAll('input[name=axis]')) {
      radio.addEventListener('change', () => this.#draw());
    }

    // The colours of the curves are those of the scheme.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#later());
  }

  get all() {
    return [...this.#runs.values()];
  }

  get shown() {
    return this.all.filter(run => this.#shown.has(run.id));
  }

  /** The newest run that trains, else the newest one. */
  get newest() {
    return this.all.find(run => run.info.status === 'running') ?? this.all[0] ?? null;
  }

  list({ runs }) {
    const before = new Set(this.#runs.keys());
    const next = new Map();
    for (const info of runs) {
      const run = this.#runs.get(info.id) ?? new Run(info);
      run.info = info;
      run.colour ??= before.size + next.size;
      next.set(info.id, run);
      if (info.status === 'running' && !before.has(info.id)) {
        this.#shown.add(info.id);
      }
    }

    this.#runs = next;
    if (!this.#seen && this.#shown.size === 0 && this.newest !== null) {
      this.#shown.add(this.newest.id);
    }

    this.#seen ||= runs.length > 0;
    this.#select();
    this.#changed();
    this.#later();
  }

  take({ run: id, note }) {
    const run = this.#runs.get(id);
    if (run === undefined) {
      return;
    }

    const news = run.take(note);
    if (news !== null) {
      this.#announce(news);
    }

    if (note.kind === 'progress' || note.kind === 'epoch' || note.kind === 'ended') {
      this.#changed(note.kind, run);
    }

    this.#later();
  }

  #select() {
    this.#listen(this.shown.map(run => run.id));
  }

  #later() {
    this.#due ??= setTimeout(() => {
      this.#due = null;
      this.#draw();
    }, Redraw);
  }

  #draw() {
    this.#table();
    this.#happened();
    const runs = this.shown;
    const axis = document.querySelector('input[name=axis]:checked').value;
    const [loss, metric, speed] = this.#charts;
    const first = runs[0];
    document.querySelector('#metric-chart figcaption').textContent = first?.info.metric ? first.info.metric[0].toUpperCase() + first.info.metric.slice(1) : 'Metric';
    const number = value => value === null || value === undefined ? '-' : Number(value).toPrecision(3);
    drawCurves(loss, runs, axis, { label: 'Loss', read: point => point[1], test: epoch => epoch.test_loss, format: number });
    drawCurves(metric, runs, axis, { label: 'Metric', read: point => point[2], test: epoch => epoch.test_metric, format: value => first ? first.formatMetric(value) : '-' });
    drawCurves(speed, runs, axis, { label: 'Training samples per second', read: point => point[3], format: value => value === null || value === undefined ? '-' : Math.round(value).toLocaleString('en'), isAmount: true });
  }

  #table() {
    show('run-list', this.#runs.size > 0);
    show('no-runs', this.#runs.size === 0);
    const body = document.querySelector('#run-list tbody');
    const kept = new Map([...body.children].map(row => [row.dataset.run, row]));
    const rows = this.all.map(run => this.#fill(kept.get(run.id) ?? this.#row(run.id), run));
    if (rows.length !== body.children.length || rows.some((row, at) => row !== body.children[at])) {
      body.replaceChildren(...rows);
    }
  }

  /** Rows are kept, so that a box that has the focus keeps it. */
  #row(id) {
    const box = element('input', { type: 'checkbox', ariaLabel: `Draw run ${id}` });
    box.addEventListener('change', () => {
      if (box.checked) {
        this.#shown.add(id);
      } else {
        this.#shown.delete(id);
      }
      this.#select();
      this.#draw();
    });
    const name = element('td', {}, element('span', { className: 'swatch', ariaHidden: 'true' }), id);
    const row = element('tr', {}, element('td', {}, box), name, ...['', '', '', 'number', 'number', 'number', 'number', ''].map(kind => element('td', { className: kind })));
    row.dataset.run = id;
    return row;
  }

  #fill(row, run) {
    const isShown = this.#shown.has(run.id);
    row.dataset.status = run.info.status;
    row.querySelector('input').checked = isShown;
    row.querySelector('.swatch').style.background = isShown ? colourOf(run.colour) : 'transparent';
    const texts = [
      run.problem ?? run.info.status,
      run.info.model,
      run.info.loss,
      run.points.length > 0 ? `${run.epoch.toFixed(1)} of ${run.info.epochs}` : `${run.info.epochs}`,
      run.progress && !run.ending ? run.progress.loss.toFixed(4) : run.lastTest?.train_loss?.toFixed(4) ?? '-',
      run.formatMetric(run.lastTest?.test_metric),
      run.lastPoint ? Math.round(run.lastPoint[3] ?? 0).toLocaleString('en') : '-',
      run.info.where,
    ];
    for (const [at, text] of texts.entries()) {
      if (row.children[at + 2].textContent !== text) {
        row.children[at + 2].textContent = text;
      }
    }

    row.children[2].title = run.ending?.message ?? '';
    return row;
  }

  #happened() {
    const incidents = this.shown.flatMap(run => run.incidents.map(incident => ({ run, incident })));
    show('faults', incidents.length > 0);
    show('no-faults', incidents.length === 0);
    const told = incidents.map(({ run, incident }) => [run.id, incident.step, incident.silo, incident.what].join()).join(';');
    const body = document.querySelector('#faults tbody');
    if (body.dataset.told === told) {
      return;
    }

    body.dataset.told = told;
    body.replaceChildren(...incidents.toReversed().map(({ run, incident }) => {
      const row = element('tr', {});
      row.dataset.what = incident.what;
      row.append(
        cell(incident.at ? new Date(incident.at).toLocaleTimeString() : '-'), cell(run.id), cell(incident.step.toLocaleString('en'), true),
        cell(incident.silo), cell(incident.what.replaceAll('_', ' ')), cell(incident.seconds > 0 ? `${incident.seconds.toFixed(2)} s` : '-', true), cell(incident.reason));
      return row;
    }));
  }
}
