// The curves and the incidents of one run, as far as the page knows them.

export class Run {
  points = [];
  tests = [];
  incidents = [];
  progress = null;
  problem = null;
  silos = [];
  ending = null;
  version = 0;

  constructor(info) {
    this.info = info;
  }

  get id() {
    return this.info.id;
  }

  /** Takes a note of the program. Returns a sentence if it is news for somebody who listens. */
  take(note) {
    this.version++;
    switch (note.kind) {
      case 'points': {
        // After a fall back, steps are drawn again.
        const first = note.points[0]?.[0] ?? Infinity;
        this.points = [...this.points.filter(point => point[0] < first), ...note.points];
        return null;
      }
      case 'progress':
        this.progress = note;
        this.silos = note.silos ?? this.silos;
        this.ending = null;
        return null;
      case 'epoch':
        this.tests[note.epoch - 1] = note;
        return null;
      case 'incident': {
        const known = this.incidents.some(incident => incident.step === note.step && incident.what === note.what && incident.silo === note.silo && incident.reason === note.reason);
        if (!known) {
          this.incidents.push(note);
        }
        return known || this.ending ? null : `${note.silo} ${note.what}: ${note.reason}`;
      }
      case 'ended':
        this.ending = note;
        return `run ${this.id} is ${note.status}`;
      case 'problem':
        this.problem = note.message;
        return note.message;
      default:
        return null;
    }
  }

  get faults() {
    return this.incidents.filter(incident => incident.is_fault);
  }

  get lastTest() {
    return this.tests.at(-1) ?? null;
  }

  get lastPoint() {
    return this.points.at(-1) ?? null;
  }

  get epoch() {
    const step = this.lastPoint?.[0] ?? 0;
    return step / this.info.steps_per_epoch;
  }

  /** The place of a step on the horizontal axis; null if it is not known. */
  at(step, axis) {
    if (axis === 'epoch') {
      return step / this.info.steps_per_epoch;
    }

    // The points of a folder have no time of day, but the seconds of training before them.
    const near = this.points.find(point => point[0] >= step && (point[4] ?? point[5]) !== null) ?? this.points.at(-1);
    if (near === undefined || near[4] === null) {
      return near?.[5] ?? null;
    }

    return (near[4] - this.points.find(point => point[4] !== null)[4]) / 1000;
  }

  formatMetric(value) {
    return value === null || value === undefined ? '-' : this.info.is_share ? `${(100 * value).toFixed(2)} %` : value.toFixed(4);
  }
}
