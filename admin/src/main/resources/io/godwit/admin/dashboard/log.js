// The end of the broker's log, as it is written.

import { get, may, put, stream } from './api.js'
import { button, check, copy, empty, failure, field, fill, h, heading, input, later, plain, raw, select, toast } from './dom.js'
import { millis, moment } from './format.js'

export const title = () => 'Log'

const MOST_LINES = 2000
const LEVELS = ['ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE']
const KINDS = new Map([['ERROR', 'bad'], ['WARN', 'warn'], ['DEBUG', 'dim'], ['TRACE', 'dim']])

export function show(main, params, signal) {
  const level = select(LEVELS.map((it) => [it, `${it} and above`]), params.get('level') ?? 'INFO')
  const search = input({ type: 'search', placeholder: 'text' })
  const follow = check('Follow', { checked: true })
  const list = h('ol', { class: 'log', tabIndex: 0, 'aria-label': 'Lines of the log' })
  const place = h('div', { class: 'log-place' }, list)
  const note = h('p', { class: 'status', role: 'status' })
  let lines = []
  let fresh = []
  let run = new AbortController()
  signal.addEventListener('abort', () => run.abort())

  const matches = (line) => {
    const wanted = search.value.toLowerCase()
    return !wanted || `${line.logger} ${line.message}`.toLowerCase().includes(wanted)
  }

  function begin() {
    run.abort()
    run = new AbortController()
    lines = []
    fresh = []
    fill(place, empty('log', 'No lines yet', 'What the broker logs from now on stands here.'))
    stream('log', { level: level.value }, run.signal, {
      line(line) {
        fresh.push(line)
        if (fresh.length > MOST_LINES) fresh.shift()
        paint()
      },
      dropped({ count: skipped }) {
        fresh.push({ time: new Date().toISOString(), level: 'WARN', logger: 'this page', message: `${skipped} lines were skipped, since they came faster than they could be read` })
        paint()
      },
      state(state) {
        if (typeof state === 'object') fill(place, failure(state, begin))
        else note.textContent = state === 'lost' ? 'Not connected; what was logged meanwhile comes with the next connection.' : ''
        if (state === 'lost') lines = [] // the stream begins with the lines before it
      },
    })
  }

  let isDue = false
  function paint() {
    if (isDue) return
    isDue = true
    setTimeout(() => {
      isDue = false
      if (signal.aborted) return
      if (lines.length === 0) fill(list)
      lines.push(...fresh)
      if (list.parentNode !== place) fill(place, list)
      list.append(...fresh.filter(matches).map(row))
      fresh = []
      lines = lines.slice(-MOST_LINES)
      while (list.childElementCount > MOST_LINES) list.firstElementChild.remove()
      if (follow.box.checked) list.scrollTop = list.scrollHeight
    }, 150)
  }

  function filtered() {
    fill(list, lines.filter(matches).map(row))
    list.scrollTop = list.scrollHeight
  }

  level.addEventListener('change', begin)
  search.addEventListener('input', later(200, filtered))
  list.addEventListener('wheel', (event) => { if (event.deltaY < 0) follow.box.checked = false }, { passive: true })
  follow.box.addEventListener('change', () => { if (follow.box.checked) list.scrollTop = list.scrollHeight })
  main.append(
    heading('Log', 'The last 200 lines, and what comes.',
      button('Copy', () => copy(lines.filter(matches).map((it) => `${it.time} ${it.level} ${it.logger} ${it.message}`).join('\n'))),
      may('admin') && button('Levels\u2026', () => levelsDialog())),
    h('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
      field('Level', level), field('Search', search), follow.element),
    note, place)
  begin()
}

function row(line) {
  return h('li', { class: KINDS.get(line.level) ?? '' },
    h('time', { dateTime: line.time, title: moment(line.time) }, millis(line.time)),
    h('span', { class: 'level' }, raw(line.level, { max: 10, cls: '' })),
    h('span', { class: 'logger', title: plain(line.logger) }, raw(line.logger.split('.').at(-1), { max: 60, cls: '' })),
    raw(line.message, { max: 4000, lines: true, tag: 'span', cls: 'raw line' }))
}

async function levelsDialog() {
  const logger = input({ value: 'io.godwit', required: true })
  const level = select([...LEVELS, 'OFF'].map((it) => [it, it]), 'INFO')
  const place = h('div', {})
  const submit = h('button', { type: 'submit', class: 'button primary' }, 'Set')
  const show = ({ levels }) => fill(place, h('ul', { class: 'counts' }, Object.entries(levels).map(([name, value]) =>
    h('li', {}, raw(name, { max: 200, cls: 'raw mono' }), h('b', {}, ` ${value}`)))))
  const dialog = h('dialog', { 'aria-label': 'Levels of the log', onclose: () => dialog.remove() },
    h('form', {
      async onsubmit(event) {
        event.preventDefault()
        try {
          show(await put('log-level', { logger: logger.value, level: level.value }))
          toast('Set until the broker is started anew')
        } catch (error) {
          fill(place, failure(error))
        }
      },
    },
    h('h2', {}, 'Levels of the log'),
    h('div', { class: 'dialog-body stack' }, place, h('div', { class: 'row' }, field('Logger', logger), field('Level', level))),
    h('div', { class: 'actions end' }, h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Close'), submit)))
  document.body.append(dialog)
  dialog.showModal()
  try {
    show(await get('log-level'))
  } catch (error) {
    fill(place, failure(error))
  }
}
