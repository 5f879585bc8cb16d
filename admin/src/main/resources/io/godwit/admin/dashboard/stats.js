// What the broker counts, once a second, for all pages: the samples of the last minutes and the rates between them.

import { stream } from './api.js'

/** How many samples are kept: ten minutes. */
const KEPT = 600

export const stats = {
  /** The samples, oldest first: `{time, gauges, counters, rates}`; `time` is in seconds, rates are by the second. */
  samples: [],
  /** The newest answer as it came; null before the first. */
  last: null,
  /** 'waiting', 'open', 'lost' or an ApiError. */
  state: 'waiting',
}

const listeners = new Set()

/** Calls it after each sample and change of state, until the signal aborts. */
export function onStats(signal, listener) {
  listeners.add(listener)
  signal.addEventListener('abort', () => listeners.delete(listener))
}

function tell() {
  for (const listener of listeners) listener(stats)
}

let running

/** Begins to read, anew if it reads already. */
export function start() {
  running?.abort()
  running = new AbortController()
  stream('stats/stream', {}, running.signal, {
    state(state) {
      stats.state = state
      tell()
    },
    stats(answer) {
      stats.last = answer
      add(answer)
      tell()
    },
  })
}

export function stop() {
  running?.abort()
  stats.state = 'waiting'
}

function add(answer) {
  const time = new Date(answer.time).getTime() / 1000
  const before = stats.samples.at(-1)
  if (before && time <= before.time) return
  stats.samples.push({ time, gauges: answer.gauges, counters: answer.counters, rates: rates(answer.counters, time, before) })
  if (stats.samples.length > KEPT) stats.samples.shift()
}

function rates(counters, time, before) {
  const result = {}
  if (!before) return result
  const seconds = time - before.time
  for (const [name, value] of Object.entries(counters)) {
    const more = value - (before.counters[name] ?? 0)
    result[name] = more < 0 ? null : more / seconds // less than before: the broker was started anew
  }
  return result
}

/** The sum of the values whose names begin so; null if none of them is known. */
export function sum(values, prefix) {
  let total = null
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith(prefix) && typeof value === 'number') total = (total ?? 0) + value
  }
  return total
}
