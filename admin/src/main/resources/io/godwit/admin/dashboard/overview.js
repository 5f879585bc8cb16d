// What the broker does now: numbers, charts, and what was dropped or refused.

import { sparkline, timeChart } from './charts.js'
import { empty, failure, fill, h, heading, icon } from './dom.js'
import { bytes, compact, count, duration, rate, words } from './format.js'
import { onStats, start, stats, sum } from './stats.js'

export const title = () => 'Overview'

// `of` is the value of a sample, `note` a second line.
const TILES = [
  { label: 'Connections', of: (it) => it.gauges.connections, format: count, note: (it) => `${count(it.gauges.sessions)} sessions` },
  { label: 'Messages in', unit: '/s', of: (it) => it.rates.publish_received, format: rate, note: (it) => `${compact(it.counters.publish_received)} since the start` },
  { label: 'Messages out', unit: '/s', of: (it) => it.rates.publish_sent, format: rate, note: (it) => `${compact(it.counters.publish_sent)} since the start` },
  { label: 'Queued', of: (it) => it.gauges.queued, format: compact, note: (it) => bytes(it.gauges.queuedBytes) },
  { label: 'Dropped', unit: '/s', of: (it) => sum(it.rates, 'dropped_'), format: rate, note: (it) => `${compact(sum(it.counters, 'dropped_'))} since the start`, isBad: (value) => value > 0 },
  { label: 'Memory', of: (it) => it.gauges.memoryUsed, format: bytes, note: (it) => `of ${bytes(it.gauges.memoryLimit)}`, isBad: (value, it) => value > it.gauges.memoryLimit * 0.9 },
]

function tile(definition) {
  const value = h('span', { class: 'tile-value' }, '\u2013')
  const note = h('span', { class: 'tile-note' }, '\u00a0')
  const spark = sparkline(120, 26)
  const element = h('div', { class: 'tile' },
    h('dt', {}, definition.label),
    h('dd', {}, h('span', {}, value, definition.unit && h('span', { class: 'unit' }, definition.unit)), note, spark.element))
  return {
    element,
    update(samples) {
      const last = samples.at(-1)
      const number = definition.of(last)
      value.textContent = definition.format(number)
      note.textContent = definition.note(last)
      element.classList.toggle('bad', definition.isBad?.(number, last) ?? false)
      spark.update(samples.slice(-60).map(definition.of))
    },
  }
}

function charts(signal) {
  const make = (definition) => timeChart({ ...definition, signal })
  return [
    make({
      title: 'Throughput', hint: 'messages a second', format: rate, lines: [
        { label: 'in', color: '--c1', fill: true, of: (it) => it.rates.publish_received },
        { label: 'out', color: '--c2', fill: true, of: (it) => it.rates.publish_sent },
      ],
    }),
    make({
      title: 'Bytes', hint: 'a second', format: bytes, least: 1000, lines: [
        { label: 'in', color: '--c1', fill: true, of: (it) => it.rates.bytes_received },
        { label: 'out', color: '--c2', fill: true, of: (it) => it.rates.bytes_sent },
      ],
    }),
    make({
      title: 'Connections', format: compact, least: 4, lines: [
        { label: 'connected', color: '--c1', fill: true, of: (it) => it.gauges.connections },
        { label: 'sessions', color: '--c4', of: (it) => it.gauges.sessions },
      ],
    }),
    make({
      title: 'Queue', hint: 'messages', format: compact, least: 4, lines: [
        { label: 'queued', color: '--c2', fill: true, of: (it) => it.gauges.queued },
        { label: 'in flight', color: '--c3', of: (it) => it.gauges.inFlight },
      ],
    }),
    make({
      title: 'Dropped', hint: 'messages a second', format: rate, lines: [
        { label: 'at a limit', color: '--c2', fill: true, of: (it) => atALimit(it.rates) },
        { label: 'otherwise', color: '--c3', of: (it) => otherwise(it.rates) },
      ],
    }),
    make({
      title: 'Latency', hint: 'by how much ticks of the event loops come late', format: duration, least: 0.002, lines: [
        { label: 'on average', color: '--c1', fill: true, of: lateness },
      ],
    }),
  ]
}

// Messages wait for the same loops as the ticks do.
const lateness = ({ rates }) => rates.loop_ticks > 0 ? rates.loop_lag_milliseconds / rates.loop_ticks / 1000 : null

const AT_A_LIMIT = ['queue_full', 'queue_bytes', 'oldest', 'memory', 'slow', 'packet_too_large'].map((it) => `dropped_${it}`)

const atALimit = (rates) => AT_A_LIMIT.reduce((total, name) => total + (rates[name] ?? 0), 0)

const otherwise = (rates) => {
  const all = sum(rates, 'dropped_')
  return all === null ? null : all - atALimit(rates)
}

// Counters that a quiet night has none of, by what they begin with.
const TROUBLE = [
  ['Dropped messages', 'dropped_', 'Nothing was dropped', ''],
  ['Refused connections', 'connections_', 'No connection was refused', 'over_|to_foreign|banned'],
  ['Refused by the rules', '', 'Nothing was refused', '^(publish|subscribe|will)_denied$|_revoked$'],
  ['Authentication', 'authentications_', 'None was refused', '^(?!accepted|passed)'],
]

function trouble() {
  const bodies = TROUBLE.map(([name, prefix, none, pattern]) => {
    const list = h('dl', { class: 'counts' })
    const element = h('section', { class: 'card' }, h('h2', {}, name), list)
    const matches = new RegExp(pattern)
    return {
      element,
      update({ counters, rates }) {
        const found = Object.entries(counters)
          .filter(([key, value]) => key.startsWith(prefix) && value > 0 && matches.test(key.slice(prefix.length)))
          .sort((a, b) => b[1] - a[1])
        if (found.length === 0) {
          if (!list.querySelector('.fine')) fill(list, h('div', { class: 'fine' }, icon('check'), none, ' since the start'))
          return
        }
        fill(list, found.map(([key, value]) => h('div', {},
          h('dt', {}, words(key.slice(prefix.length))),
          h('dd', {}, h('b', {}, count(value)), rates[key] > 0 && h('span', { class: 'warn-text' }, ` +${rate(rates[key])}/s`)))))
      },
    }
  })
  return { element: h('div', { class: 'grid four' }, bodies.map((it) => it.element)), update: (it) => bodies.forEach((body) => body.update(it)) }
}

export function show(main, params, signal) {
  const place = h('div', {})
  main.append(heading('Overview', 'The last ten minutes, as long as this page is open.'), place)
  let parts
  const update = () => {
    if (stats.samples.length === 0) {
      if (typeof stats.state === 'object') fill(place, failure(stats.state, start))
      else if (stats.state === 'lost') fill(place, failure({ title: 'The broker does not answer', message: 'This page tries again by itself.' }))
      else fill(place, empty('overview', 'Waiting for the first numbers', 'They come once a second.'))
      return
    }
    if (!parts) {
      const tiles = TILES.map(tile)
      const drawn = charts(signal)
      const counts = trouble()
      fill(place,
        h('dl', { class: 'tiles', 'aria-label': 'Now' }, tiles.map((it) => it.element)),
        h('div', { class: 'grid charts' }, drawn.map((it) => it.element)),
        counts.element)
      parts = { tiles, drawn, counts }
    }
    for (const it of parts.tiles) it.update(stats.samples)
    for (const it of parts.drawn) it.update(stats.samples)
    parts.counts.update(stats.samples.at(-1))
  }
  onStats(signal, update)
  update()
}
