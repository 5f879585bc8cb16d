// How a payload is shown: as JSON that opens and closes, as text, or byte by byte.

import { button, copy, fill, h, plain, raw } from './dom.js'
import { bytes as size } from './format.js'

/** How many members of an object or array are shown before one asks for more. */
const MEMBERS = 100

/** The longest text that is taken apart as JSON, in characters. */
const LONGEST_JSON = 200_000

/** The bytes of base64. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** The text that the bytes are in UTF-8; null if they are none. */
export function toText(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The value of a text that is JSON; undefined if it is none. */
export function parsed(text) {
  if (text === null || text.length > LONGEST_JSON || !/^\s*[[{"\d\-tfn]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The number that stands for a payload in a line over time: itself, or the first one in an object; else null. */
export function number(text) {
  if (text === null || text.length > 4096) return null
  const value = parsed(text)
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return /^\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\s*$/.test(text) ? Number(text) : null
  }
  return Object.values(value).find((it) => typeof it === 'number') ?? null
}

/** A short line that says what a payload is. */
export function preview(message, max = 80) {
  if (message.text === null) return h('span', { class: 'muted' }, `${size(message.bytes)} that are no text`)
  if (message.bytes === 0) return h('span', { class: 'muted' }, '(no payload)')
  return raw(message.text, { max, cls: 'raw mono' })
}

/**
 * A payload with a choice of how it is shown.
 *
 * @param message `{text, payload, bytes, truncated}` as the API has it; `payload` is base64
 */
export function payloadView(message) {
  const value = parsed(message.text)
  const kinds = []
  if (value !== undefined && typeof value === 'object' && value !== null) kinds.push(['JSON', () => tree(value)])
  if (message.text !== null) kinds.push(['Text', () => h('pre', { class: 'payload' }, raw(message.text, { max: 100_000, lines: true }))])
  kinds.push(['Bytes', () => h('pre', { class: 'payload' }, hex(fromBase64(message.payload)))])
  const place = h('div', { class: 'payload-place', tabIndex: 0, role: 'region', 'aria-label': 'Payload' })
  const buttons = kinds.map(([label, make], i) =>
    h('button', { type: 'button', class: 'tab', 'aria-pressed': String(i === 0), onclick: () => choose(i) }, label))
  function choose(i) {
    buttons.forEach((it, k) => it.setAttribute('aria-pressed', String(k === i)))
    fill(place, message.bytes === 0 ? h('p', { class: 'muted' }, 'No payload') : kinds[i][1]())
  }
  choose(0)
  return h('div', { class: 'payload-view' },
    h('div', { class: 'tabs', role: 'group', 'aria-label': 'How the payload is shown' }, buttons,
      h('span', { class: 'grow' }),
      h('span', { class: 'muted' }, size(message.bytes), message.truncated && ', of which this is the beginning'),
      message.text !== null && button('Copy', () => copy(message.text), { kind: 'small quiet' })),
    place)
}

/** 16 bytes a line: place, bytes, characters. */
export function hex(bytes, most = 4096) {
  const lines = []
  for (let i = 0; i < Math.min(bytes.length, most); i += 16) {
    const part = [...bytes.subarray(i, i + 16)]
    const codes = part.map((it) => it.toString(16).padStart(2, '0')).join(' ')
    const text = part.map((it) => (it >= 0x20 && it < 0x7f ? String.fromCharCode(it) : '\u00b7')).join('')
    lines.push(`${i.toString(16).padStart(6, '0')}  ${codes.padEnd(47)}  ${text}`)
  }
  if (bytes.length > most) lines.push(`\u2026 and ${size(bytes.length - most)} more`)
  return lines.join('\n')
}

/** A value of JSON as lists that open and close. */
export function tree(value) {
  return h('div', { class: 'json' }, node(value, 0))
}

function node(value, depth) {
  if (value === null) return h('span', { class: 'j-null' }, 'null')
  if (typeof value === 'string') return h('span', { class: 'j-string' }, '"', raw(value, { max: 5000, lines: true, cls: '' }), '"')
  if (typeof value !== 'object') return h('span', { class: `j-${typeof value}` }, String(value))
  const isList = Array.isArray(value)
  const entries = isList ? value.map((it, i) => [i, it]) : Object.entries(value)
  if (entries.length === 0) return h('span', { class: 'muted' }, isList ? '[ ]' : '{ }')
  const list = h('ul', {})
  let shown = 0
  const more = () => {
    for (const [key, one] of entries.slice(shown, shown + MEMBERS)) list.append(member(key, one, isList, depth))
    shown += MEMBERS
    if (shown < entries.length) {
      const next = h('li', {}, button(`${entries.length - shown} more`, () => { next.remove(); more() }, { kind: 'small quiet' }))
      list.append(next)
    }
  }
  // What is closed is not built: a payload may be deeper and wider than a page can bear.
  const details = h('details', { open: depth < 2, ontoggle: () => { if (details.open && shown === 0) more() } },
    h('summary', {}, h('span', { class: 'muted' }, isList ? `[ ${entries.length} ]` : `{ ${entries.length} }`)), list)
  if (depth < 2) more()
  return details
}

function member(key, value, isList, depth) {
  return h('li', {},
    h('span', { class: isList ? 'j-index' : 'j-key', title: plain(key) }, isList ? key : raw(key, { max: 200, cls: '' })), ': ',
    node(value, depth + 1))
}
