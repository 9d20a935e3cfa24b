import { Events } from './server.js';
import { Runs } from './runs.js';
import { Silos } from './silos.js';
import { Model } from './model.js';

const news = document.getElementById('news');
const announce = sentence => { news.textContent = sentence; };

let listened = null;
const silos = new Silos(announce);
const model = new Model();
const runs = new Runs({
  announce,
  listen: ids => {
    const wanted = ids.join();
    if (wanted !== listened) {
      listened = wanted;
      events.listen(ids);
    }
  },
  changed: (kind, run) => {
    model.offer(runs.all, runs.newest);
    if (kind === 'epoch') {
      model.epochEnded(run);
    }

    if (run?.silos.length > 0 && (run === runs.newest)) {
      silos.pace(run.silos);
    }
  },
});
const events = new Events({
  connection: (state, words) => {
    const place = document.getElementById('connection');
    place.dataset.state = state;
    place.textContent = words;
  },
  runs: list => runs.list(list),
  silos: state => silos.take(state),
  run: note => runs.take(note),
});
events.listen([]);
