import { getJson, getPicture, post } from './server.js';
import { Chart, drawConfusion } from './charts.js';
import { Pad } from './pad.js';
import { cell, element, say, show } from './elements.js';

const AskAgain = 1000;

/** What the weights of a run make of drawings and of the test images. */
export class Model {
  #select = document.getElementById('model-run');
  #confusion = new Chart(document.getElementById('confusion-chart'));
  #pad;
  #input = null;
  #sample = -1;
  #asking = false;
  #again = false;
  #isChosen = false;
  #isEvaluating = false;

  constructor() {
    this.#pad = new Pad(document.getElementById('pad'), () => this.#use(async () => this.#pad.picture()));
    document.getElementById('clear').addEventListener('click', () => this.#clear());
    document.getElementById('next-sample').addEventListener('click', () => this.#nextSample());
    document.getElementById('evaluate').addEventListener('click', () => this.#evaluate());
    document.getElementById('picture').addEventListener('change', event => this.#file(event.target.files[0]));
    this.#select.addEventListener('change', () => {
      this.#isChosen = true;
      show('report', false);
      say('report-message', '');
      this.#ask();
    });
    const pad = document.getElementById('pad');
    pad.addEventListener('dragover', event => {
      event.preventDefault();
      pad.classList.add('over');
    });
    pad.addEventListener('dragleave', () => pad.classList.remove('over'));
    pad.addEventListener('drop', event => {
      event.preventDefault();
      pad.classList.remove('over');
      this.#file(event.dataTransfer.files[0]);
    });
    setInterval(() => this.#isLive && this.#input && !document.hidden ? this.#ask() : null, AskAgain);
  }

  #isLive = false;

  /** Offers the runs; the newest one is chosen until the user chooses. */
  offer(runs, newest) {
    const chosen = this.#isChosen ? this.#select.value : newest?.id;
    const wanted = runs.map(run => run.id).join();
    if (this.#select.dataset.runs !== wanted) {
      this.#select.dataset.runs = wanted;
      this.#select.replaceChildren(...runs.map(run => element('option', { value: run.id, textContent: run.id })));
    }

    if (chosen && this.#select.value !== chosen) {
      this.#select.value = chosen;
    }

    this.#isLive = runs.find(run => run.id === this.#select.value)?.info.status === 'running';
  }

  /** Evaluates again after an epoch, once the user has asked for it. */
  epochEnded(run) {
    if (run.id === this.#select.value && !document.getElementById('report').hidden) {
      this.#evaluate();
    }
  }

  get #run() {
    return encodeURIComponent(this.#select.value);
  }

  #clear() {
    this.#pad.clear();
    this.#input = null;
    say('answer', 'Nothing yet.');
    show('seen', false);
    document.getElementById('probabilities').replaceChildren();
  }

  #use(picture) {
    this.#input = async () => (await post(`runs/${this.#run}/predict`, await picture())).json();
    this.#ask();
  }

  async #file(file) {
    if (!file) {
      return;
    }

    try {
      await this.#pad.show(file);
      this.#use(async () => file);
    } catch {
      say('answer', `${file.name} is no picture that this browser can show: give a PNG or JPEG file.`, true);
    }
  }

  #nextSample() {
    this.#sample++;
    this.#pad.clear();
    this.#input = () => getJson(`runs/${this.#run}/samples/${this.#sample}`);
    this.#ask();
  }

  async #ask() {
    if (this.#asking || this.#input === null) {
      this.#again = this.#input !== null;
      return;
    }

    if (!this.#select.value) {
      say('answer', 'There is no run yet whose weights could answer.');
      return;
    }

    this.#asking = true;
    const input = this.#input;
    try {
      const answer = await input();
      if (input === this.#input) {
        this.#show(answer);
      }
    } catch (failure) {
      say('answer', failure.message, true);
    } finally {
      this.#asking = false;
    }

    if (this.#again) {
      this.#again = false;
      this.#ask();
    }
  }

  #show(result) {
    const { answer, truth } = result;
    const shares = answer.probabilities ? Object.entries(answer.probabilities) : answer.yes === undefined || answer.probability === null ? [] : [['yes', answer.probability], ['no', 1 - answer.probability]];
    const right = truth ? ` (right: ${words(truth)})` : '';
    say('answer', `${words(answer)}${right}`);
    document.getElementById('model-step').textContent = `after step ${result.step.toLocaleString('en')}`;
    document.getElementById('probabilities').replaceChildren(...shares.map(([name, share]) => {
      const bar = element('div', {});
      bar.style.width = `${100 * (share ?? 0)}%`;
      return element('li', {}, element('span', { textContent: name }), element('div', { className: 'bar', ariaHidden: 'true' }, bar), element('span', { className: 'share', textContent: `${(100 * (share ?? 0)).toFixed(1)} %` }));
    }));
    paint(document.getElementById('seen'), result);
    show('seen', true);
  }

  async #evaluate() {
    if (this.#isEvaluating) {
      return;
    }

    if (!this.#select.value) {
      say('report-message', 'There is no run yet.');
      return;
    }

    this.#isEvaluating = true;
    const run = this.#run;
    say('report-message', 'evaluating the test images');
    try {
      const report = await getJson(`runs/${run}/report`);
      this.#report(report);
      const worst = await getPicture(`runs/${run}/worst`).catch(() => null);
      const image = document.getElementById('worst');
      image.parentElement.hidden = worst === null;
      URL.revokeObjectURL(image.src);
      image.src = worst === null ? '' : URL.createObjectURL(worst);
      say('report-message', `weights after step ${report.step.toLocaleString('en')}, on ${report.images.toLocaleString('en')} images`);
    } catch (failure) {
      say('report-message', failure.message, true);
    } finally {
      this.#isEvaluating = false;
    }
  }

  #report(report) {
    const dead = report.dead_outputs ?? [];
    const entries = [['loss', report.test_loss?.toPrecision(4) ?? '-'], ...Object.entries(report.metrics).map(([name, value]) => [name, value?.toFixed(4) ?? '-'])];
    entries.push(['dead outputs', dead.length === 0 ? 'none' : dead.join(', ')]);
    if (report.expected_calibration_error !== undefined) {
      entries.push(['calibration error', report.expected_calibration_error?.toFixed(4) ?? '-']);
    }

    document.getElementById('report-remarks').replaceChildren(...(report.remarks ?? []).map(remark => element('p', { textContent: remark })));
    document.getElementById('report-numbers').replaceChildren(...entries.map(([name, value]) => element('div', {}, element('dt', { textContent: name }), element('dd', { textContent: value }))));
    show('report', true);
    show('confusion-chart', report.confusion !== undefined);
    show('classes', report.classes !== undefined);
    if (report.confusion) {
      drawConfusion(this.#confusion, report.classes.map(one => one.class), report.confusion);
      const share = value => value === null ? '-' : `${(100 * value).toFixed(2)} %`;
      document.querySelector('#classes tbody').replaceChildren(...report.classes.map(one => {
        const row = element('tr', {});
        row.append(cell(one.class), cell(share(one.precision), true), cell(share(one.recall), true), cell(share(one.f1), true), cell(`${one.images}`, true));
        return row;
      }));
    }
  }
}

function words(answer) {
  if (answer.class !== undefined) {
    const share = answer.probabilities?.[answer.class];
    return share === undefined || share === null ? answer.class : `${answer.class}, ${(100 * share).toFixed(1)} %`;
  }

  return answer.yes !== undefined ? (answer.yes ? 'yes' : 'no')
    : answer.string !== undefined ? answer.string.map(name => name.split(' ')[0]).join(' ')
    : answer.pixels !== undefined ? `${answer.pixels.length} pixels of the digit`
    : answer.left !== undefined ? `from ${percent(answer.left)}, ${percent(answer.top)} to ${percent(answer.right)}, ${percent(answer.bottom)}`
    : `${answer.embedding.length} numbers, the first ${answer.embedding[0]?.toFixed(3)}`;
}

const percent = value => `${(100 * (value ?? 0)).toFixed(0)} %`;

/** Paints the picture that the model sees, with a mask or a box that it answers. */
function paint(canvas, { seen, rows, columns, channels, answer }) {
  const bytes = Uint8Array.from(atob(seen), sign => sign.charCodeAt(0));
  canvas.width = columns;
  canvas.height = rows;
  const pen = canvas.getContext('2d');
  const image = pen.createImageData(columns, rows);
  const plane = rows * columns;
  for (let at = 0; at < plane; at++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * at + channel] = bytes[channels === 3 ? at + channel * plane : at];
    }
    image.data[4 * at + 3] = 255;
  }

  for (const at of answer.pixels ?? []) {
    image.data.set([255, 152, 0], 4 * at);
  }

  pen.putImageData(image, 0, 0);
  if (answer.left !== undefined) {
    pen.strokeStyle = '#ff9800';
    pen.strokeRect(answer.left * columns, answer.top * rows, (answer.right - answer.left) * columns, (answer.bottom - answer.top) * rows);
  }
}
