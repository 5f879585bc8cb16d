// Numbers, sizes and times in words.

const whole = new Intl.NumberFormat('en')
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const one = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

const known = (value) => typeof value === 'number' && Number.isFinite(value)

/** 1,234,567 */
export const count = (value) => known(value) ? whole.format(value) : '\u2013'

/** 1.2M; exact below 10,000. */
export const compact = (value) => !known(value) ? '\u2013' : Math.abs(value) < 10_000 ? one.format(value) : short.format(value)

/** Of a rate: 0.4, 12, 1,234, 56.7K. */
export const rate = (value) =>
  !known(value) ? '\u2013' : value === 0 ? '0' : value < 10 ? value.toFixed(1) : value < 10_000 ? whole.format(Math.round(value)) : short.format(value)

/** 12 B, 3.4 kB, 5.6 MB. */
export function bytes(value) {
  if (!known(value)) return '\u2013'
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value < 10 ? value.toFixed(1) : Math.round(value)}\u00a0${units[unit]}`
}

/** Of seconds: 850 µs, 12 ms, 4 s, 3 min, 2 h 5 min, 4 d 3 h. */
export function duration(seconds) {
  if (!known(seconds)) return '\u2013'
  if (seconds === 0) return '0 s'
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} \u00b5s`
  if (seconds < 1) return `${Math.round(seconds * 1e4) / 10} ms`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86400) return pair(seconds, 3600, 'h', 60, 'min')
  return pair(seconds, 86400, 'd', 3600, 'h')
}

function pair(seconds, large, largeName, small, smallName) {
  const first = Math.floor(seconds / large)
  const second = Math.floor((seconds % large) / small)
  return second === 0 ? `${first} ${largeName}` : `${first} ${largeName} ${second} ${smallName}`
}

const two = (value) => String(value).padStart(2, '0')

/** The time of the day: 13:05:09. */
export function clock(date) {
  const time = new Date(date)
  return Number.isNaN(time.getTime()) ? '\u2013' : `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}

/** 13:05:09.123 */
export function millis(date) {
  const time = new Date(date)
  return Number.isNaN(time.getTime()) ? '\u2013' : `${clock(time)}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

/** 2030-01-31 13:05:09, in the browser's zone. */
export function moment(date) {
  const time = new Date(date)
  return Number.isNaN(time.getTime())
    ? '\u2013'
    : `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock(time)}`
}

/** How long ago, for people: just now, 12 s, 3 min. */
export function ago(date, now = Date.now()) {
  const seconds = (now - new Date(date).getTime()) / 1000
  return seconds < 1 ? 'now' : duration(seconds)
}

/** one client, 3 clients */
export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`

/** queue_full as queue full */
export const words = (name) => name.replaceAll('_', ' ')
