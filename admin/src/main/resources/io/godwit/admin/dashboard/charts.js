// Charts over time (uPlot, a global that index.html loads), and sparklines.

import { h, s } from './dom.js'
import { clock } from './format.js'

/** Under a chart: without seconds where its ticks are whole minutes apart. */
const ticked = (_, ticks, axis, space, step) => ticks.map((it) => step >= 60 ? clock(it * 1000).slice(0, 5) : clock(it * 1000))

/** Pixels from one tick to the next: more for labels with seconds. */
const room = (_, axis, from, to, width) => (to - from) / width >= 1 ? 50 : 68

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const charts = new Set()

/** Draws all charts again, in the colours that hold now. */
export function redraw() {
  for (const chart of charts) chart.redraw(false)
}

/**
 * A chart with a title and a legend that shows the values under the pointer, or the newest ones.
 *
 * @param lines `{label, color, of(sample), fill}`; `color` is the name of a custom property of CSS
 * @param format the text of a value
 * @param least the upper end of the scale is this at least
 * @param signal takes the chart away
 */
export function timeChart({ title, lines, format, least = 1, signal, hint }) {
  const values = lines.map(() => h('b', {}, '\u2013'))
  const legend = h('ul', { class: 'legend' }, lines.map((line, i) =>
    h('li', {}, h('i', { class: 'swatch', vars: { '--c': `var(${line.color})` } }), h('span', {}, line.label), values[i])))
  const plot = h('div', { class: 'plot', role: 'img', 'aria-label': title })
  const element = h('figure', { class: 'card chart' },
    h('figcaption', {}, h('h2', {}, title), hint && h('small', { class: 'muted' }, hint), legend), plot)
  let chart
  let data = [[], ...lines.map(() => [])]
  let pointed = null

  const show = () => {
    const at = pointed ?? data[0].length - 1
    lines.forEach((_, i) => { values[i].textContent = at < 0 ? '\u2013' : format(data[i + 1][at]) })
  }
  const observer = new ResizeObserver(() => {
    const width = plot.clientWidth
    if (width === 0) return
    if (chart) chart.setSize({ width, height: HEIGHT })
    else charts.add(chart = make(plot, width, lines, data, format, least, (at) => { pointed = at; show() }))
  })
  observer.observe(plot)
  signal.addEventListener('abort', () => {
    observer.disconnect()
    charts.delete(chart)
    chart?.destroy()
  })
  return {
    element,
    update(samples) {
      data = [samples.map((it) => it.time), ...lines.map((line) => samples.map((it) => line.of(it) ?? null))]
      chart?.setData(data)
      plot.setAttribute('aria-label', `${title}: ${lines.map((line, i) => `${line.label} ${format(data[i + 1].at(-1))}`).join(', ')}`)
      show()
    },
  }
}

const HEIGHT = 168

function make(place, width, lines, data, format, least, point) {
  const font = `11px ${style('--sans')}`
  const axis = { stroke: () => style('--muted'), font, ticks: { show: false }, grid: { stroke: () => style('--grid'), width: 1 } }
  return new uPlot({
    width,
    height: HEIGHT,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'overview' }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: (_, min, max) => [Math.min(min ?? 0, (max ?? 0) - 60), max ?? 0] },
      y: { range: (_, min, max) => [0, Math.max((max ?? 0) * 1.12, least)] },
    },
    axes: [
      { ...axis, size: 24, space: room, gap: 4, values: ticked, grid: { show: false } },
      { ...axis, size: 54, space: 32, gap: 6, values: (_, ticks) => ticks.map(format) },
    ],
    series: [{}, ...lines.map((line) => ({
      label: line.label,
      stroke: () => style(line.color),
      fill: line.fill ? () => style(`${line.color}-fill`) : undefined,
      width: 1.75,
      points: { show: false },
    }))],
    hooks: { setCursor: [(u) => point(u.cursor.idx ?? null)] },
  }, data, place)
}

/** A line without axes, for the eye only. */
export function sparkline(width = 96, height = 22) {
  const line = s('polyline', { class: 'spark-line', points: '' })
  const area = s('polygon', { class: 'spark-area', points: '' })
  const element = s('svg', { class: 'spark', viewBox: `0 0 ${width} ${height}`, width, height, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, area, line)
  return {
    element,
    /** Shows these numbers; `zero` keeps 0 at the bottom. */
    update(numbers, zero = true) {
      const known = numbers.filter((it) => typeof it === 'number' && Number.isFinite(it))
      if (known.length < 2) {
        line.setAttribute('points', '')
        area.setAttribute('points', '')
        return
      }
      const top = Math.max(...known, zero ? 1e-9 : -Infinity)
      const bottom = zero ? Math.min(0, ...known) : Math.min(...known)
      const span = top - bottom || 1
      const middle = top === bottom
      const points = known.map((it, i) => {
        const x = (i / (known.length - 1)) * width
        const y = middle ? height / 2 : 1.5 + (1 - (it - bottom) / span) * (height - 3)
        return `${x.toFixed(1)},${y.toFixed(1)}`
      }).join(' ')
      line.setAttribute('points', points)
      area.setAttribute('points', `0,${height} ${points} ${width},${height}`)
    },
  }
}
