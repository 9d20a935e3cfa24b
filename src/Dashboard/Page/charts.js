// Charts over epochs or seconds, drawn by Apache ECharts.
const dark = matchMedia('(prefers-color-scheme: dark)');
const style = () => getComputedStyle(document.documentElement);
const colours = ['#1f8fb3', '#e07a3f', '#6b9f3a', '#a06cc0', '#d05a52', '#8a8f93', '#17a2a2', '#c8901b'];

export const colourOf = index => colours[index % colours.length];

/** A chart that survives a change between light and dark, and of its size. */
export class Chart {
  #element;
  #chart = null;
  #options = {};

  constructor(figure) {
    this.figure = figure;
    this.#element = figure.querySelector('.chart');
    dark.addEventListener('change', () => this.#renew());
    new ResizeObserver(() => this.#chart?.resize()).observe(this.#element);
  }

  draw(options, words) {
    this.#options = options;
    this.#element.setAttribute('aria-label', words);
    if (this.#chart === null) {
      this.#renew();
    } else {
      this.#chart.setOption(options, { replaceMerge: ['series'] });
    }
  }

  #renew() {
    this.#chart?.dispose();
    this.#chart = echarts.init(this.#element, dark.matches ? 'dark' : null, { renderer: 'svg' });
    this.#chart.setOption({ backgroundColor: 'transparent', ...this.#options });
  }
}

/**
 * Draws one kind of curve of several runs.
 * @param read gives the value of a point; test gives the value of an epoch on the test images.
 */
export function drawCurves(chart, runs, axis, { read, test, format, isAmount, label }) {
  const series = [];
  for (const [index, run] of runs.entries()) {
    const colour = colourOf(run.colour ?? index);
    const faults = run.faults.map(fault => [fault, run.at(fault.step, axis)]).filter(([, x]) => x !== null);
    series.push({
      name: run.id,
      type: 'line',
      showSymbol: false,
      sampling: 'lttb',
      itemStyle: { color: colour },
      lineStyle: { color: colour, width: 1.6 },
      data: run.points.map(point => [run.at(point[0], axis), read(point)]).filter(([x, y]) => x !== null && y !== null),
      markLine: {
        silent: false,
        symbol: 'none',
        lineStyle: { color: style().getPropertyValue('--bad').trim(), type: 'dashed', width: 1 },
        label: { show: false },
        data: faults.map(([fault, x]) => ({ xAxis: x, name: `${fault.silo} ${fault.what}${fault.seconds > 0 ? `, ${fault.seconds.toFixed(2)} s` : ''}` })),
        tooltip: { formatter: mark => mark.name },
      },
    });
    if (test) {
      series.push({
        name: `${run.id}, test`,
        type: 'line',
        symbol: 'circle',
        symbolSize: 7,
        itemStyle: { color: colour },
        lineStyle: { color: colour, type: 'dotted', width: 1.2 },
        data: run.tests.map(epoch => [run.at(epoch.epoch * run.info.steps_per_epoch, axis), test(epoch)]).filter(([x, y]) => x !== null && y !== null),
      });
    }
  }

  const line = style().getPropertyValue('--line').trim();
  const faint = style().getPropertyValue('--faint').trim();
  const axisStyle = { axisLabel: { color: faint }, splitLine: { lineStyle: { color: line } }, axisLine: { lineStyle: { color: line } } };
  chart.draw({
    animation: false,
    grid: { left: 56, right: 16, top: 16, bottom: 44 },
    tooltip: { trigger: 'axis', valueFormatter: format, confine: true },
    xAxis: { type: 'value', name: axis === 'epoch' ? 'epoch' : 'seconds', nameLocation: 'middle', nameGap: 26, min: 0, max: 'dataMax', ...axisStyle, axisLabel: { color: faint, showMaxLabel: false }, nameTextStyle: { color: faint } },
    yAxis: { type: 'value', scale: !isAmount, ...axisStyle, axisLabel: { color: faint, formatter: format } },
    series,
  }, words(runs, read, test, format, label));
  chart.figure.dataset.points = series.reduce((sum, one) => sum + one.data.length, 0);
}

function words(runs, read, test, format, label) {
  const sentences = runs.filter(run => run.points.length > 0).map(run => {
    const last = run.lastTest && test ? `, on the test images ${format(test(run.lastTest))}` : '';
    return `run ${run.id} from ${format(read(run.points[0]))} to ${format(read(run.lastPoint))} after ${run.epoch.toFixed(1)} epochs${last}`;
  });
  return sentences.length === 0 ? `${label}: nothing yet` : `${label}: ${sentences.join('; ')}`;
}

/** Draws what is taken for what. The diagonal has no colour, so that mistakes stand out. */
export function drawConfusion(chart, names, counts) {
  const short = names.map(name => name.split(' ')[0]);
  const cells = counts.flatMap((row, truth) => row.map((count, found) => [found, truth, count]));
  const mistakes = cells.filter(([found, truth]) => found !== truth);
  const most = Math.max(1, ...mistakes.map(cell => cell[2]));
  const faint = style().getPropertyValue('--faint').trim();
  const text = style().getPropertyValue('--text').trim();
  const panel = style().getPropertyValue('--panel').trim();
  const worst = mistakes.toSorted((left, right) => right[2] - left[2])[0];
  chart.draw({
    animation: false,
    grid: { left: 56, right: 10, top: 10, bottom: 44 },
    tooltip: { confine: true, formatter: cell => `${names[cell.value[1]]} taken for ${names[cell.value[0]]}: ${cell.value[2]}` },
    xAxis: { type: 'category', data: short, name: 'answer', nameLocation: 'middle', nameGap: 26, axisLabel: { color: faint }, nameTextStyle: { color: faint } },
    yAxis: { type: 'category', data: short, inverse: true, name: 'right', nameLocation: 'middle', nameGap: 36, axisLabel: { color: faint }, nameTextStyle: { color: faint } },
    visualMap: { show: false, min: 0, max: most, inRange: { color: [panel, '#e07a3f'] } },
    series: [{
      type: 'heatmap',
      data: cells.map(([found, truth, count]) => ({ value: [found, truth, found === truth ? 0 : count], label: { formatter: `${count || ''}` } })),
      label: { show: true, color: text },
      itemStyle: { borderColor: style().getPropertyValue('--line').trim(), borderWidth: 1 },
    }],
  }, worst && worst[2] > 0 ? `Confusion matrix. The most frequent mistake: ${names[worst[1]]} taken for ${names[worst[0]]}, ${worst[2]} times.` : 'Confusion matrix without mistakes.');
}
