// The topics, live: which there are, what they last carried, and how often something comes.

import { may, stream } from './api.js'
import { sparkline } from './charts.js'
import { badge, button, copy, empty, facts, failure, field, fill, h, heading, input, later, raw } from './dom.js'
import { ago, compact, count, millis, plural, rate } from './format.js'
import { number, payloadView, preview } from './payload.js'
import { publishDialog } from './publish.js'
import { MOST_NODES, TopicTree } from './topictree.js'

export const title = () => 'Topics'

/** How many rows are in the page at once. */
const MOST_ROWS = 400

/** How many messages of the chosen topic are kept. */
const MOST_MESSAGES = 50

export function show(main, params, signal) {
  const view = new TopicsView(signal)
  view.build(main, params.get('filter') ?? '#')
}

class TopicsView {
  #signal
  #tree = new TopicTree()
  #run = new AbortController()
  #isPaused = false
  #search = ''
  #chosen = null
  #messages = []
  #skipped = 0
  #focused = null
  #rows = h('div', { role: 'tree', 'aria-label': 'Topics', class: 'tree' })
  #place = h('div', {})
  #status = h('p', { class: 'status' })
  #detail = h('aside', { class: 'card detail', 'aria-label': 'The chosen topic', hidden: true })
  #detailBody = h('div', {})

  constructor(signal) {
    this.#signal = signal
    signal.addEventListener('abort', () => this.#run.abort())
  }

  build(main, filter) {
    const wanted = input({ value: filter, list: 'filters', placeholder: '#' })
    const search = input({ type: 'search', placeholder: 'part of a topic' })
    const pause = button('Pause', () => {
      this.#isPaused = !this.#isPaused
      pause.textContent = this.#isPaused ? 'Go on' : 'Pause'
      pause.setAttribute('aria-pressed', String(this.#isPaused))
    }, { 'aria-pressed': 'false' })
    const begin = () => {
      history.replaceState(null, '', `#/topics?${new URLSearchParams({ filter: wanted.value })}`)
      this.#start(wanted.value.trim() || '#')
    }
    search.addEventListener('input', later(200, () => { this.#search = search.value; this.#draw() }))
    this.#rows.addEventListener('keydown', (event) => this.#key(event))
    main.append(
      heading('Topics', 'What is published while this page is open, and what was retained before.',
        pause, may('operator') && button('Publish\u2026', () => publishDialog(this.#chosen?.topic ?? ''))),
      h('form', { class: 'filters', onsubmit: (event) => { event.preventDefault(); begin() } },
        field('Topic filter', wanted), h('button', { class: 'button', type: 'submit' }, 'Subscribe'), field('Search', search),
        h('datalist', { id: 'filters' }, h('option', { value: '#' }), h('option', { value: '$SYS/#' }))),
      this.#status,
      h('div', { class: 'split' }, this.#place, this.#detail))
    this.#start(filter)
    const timer = setInterval(() => { if (!this.#isPaused) { this.#tree.tick(); this.#draw() } }, 1000)
    this.#signal.addEventListener('abort', () => clearInterval(timer))
  }

  #start(filter) {
    this.#run.abort()
    this.#run = new AbortController()
    this.#tree = new TopicTree()
    this.#rows.replaceChildren()
    this.#skipped = 0
    this.#choose(null)
    fill(this.#place, empty('topics', 'Nothing has come yet', 'Topics stand here as soon as something is published on them.'))
    stream('subscribe', { filter, qos: 0, retained: MOST_NODES }, this.#run.signal, {
      message: (message) => { if (!this.#isPaused) this.#take(message) },
      dropped: ({ count: more }) => { this.#skipped += more },
      left: ({ count: more }) => { this.#tree.leave(more) },
      refused: ({ why }) => { fill(this.#place, failure({ message: why }, () => this.#start(filter))) },
      state: (state) => {
        if (typeof state === 'object') fill(this.#place, failure(state, () => this.#start(filter)))
        this.#status.classList.toggle('warn-text', state === 'lost')
      },
    })
  }

  #take(message) {
    const node = this.#tree.add(message)
    if (node === null || node !== this.#chosen) return
    this.#messages.unshift(message)
    if (this.#messages.length > MOST_MESSAGES) this.#messages.pop()
  }

  #draw() {
    const tree = this.#tree
    const list = tree.visible(MOST_ROWS, this.#search)
    this.#status.textContent = tree.messages === 0 ? '' : [
      plural(tree.messages, 'message'),
      `${plural(tree.nodes, 'level')} of topics`,
      tree.left > 0 && `${count(tree.left)} messages on further topics are not shown: there may be ${count(MOST_NODES)} levels; choose a narrower filter`,
      this.#skipped > 0 && `${count(this.#skipped)} skipped, since they came faster than they could be read`,
      list.length === MOST_ROWS && `the first ${MOST_ROWS} rows are shown; search for the others`,
      list.length === 0 && tree.messages > 0 && 'no topic holds what you search for',
    ].filter(Boolean).join(' \u00b7 ')
    if (tree.messages === 0) return
    if (!this.#rows.isConnected || this.#rows.parentNode !== this.#place) fill(this.#place, this.#rows)
    let at = this.#rows.firstElementChild
    for (const node of list) {
      node.row ??= this.#row(node)
      if (node.row.element === at) at = at.nextElementSibling
      else this.#rows.insertBefore(node.row.element, at)
      if (node.isChanged) node.row.update()
      node.isChanged = false
    }
    while (at) {
      const next = at.nextElementSibling
      at.remove()
      at = next
    }
    if (list.length > 0 && !list.includes(this.#focused)) this.#focus(list[0], false)
    this.#drawDetail()
  }

  #row(node) {
    const twist = h('span', { class: 'twist', onclick: () => this.#toggle(node) })
    const value = h('span', { class: 'tree-value' })
    const spark = sparkline(72, 18)
    const speed = h('span', { class: 'tree-rate' })
    const total = h('span', { class: 'tree-count' })
    const element = h('div', {
      role: 'treeitem', class: 'tree-row', tabIndex: -1, 'aria-level': node.depth + 1, 'aria-selected': 'false',
      vars: { '--depth': String(Math.min(node.depth, 12)) },
      onclick: (event) => { if (!twist.contains(event.target)) this.#choose(node) },
      onfocus: () => this.#focus(node, false),
      ondblclick: () => this.#toggle(node),
    }, twist, raw(node.name, { max: 120, cls: 'raw tree-name' }), value, spark.element, speed, total)
    let shownCount = -1
    return {
      element,
      update: () => {
        if (node.children.size > 0) {
          element.setAttribute('aria-expanded', String(node.isOpen))
          twist.textContent = node.isOpen ? '\u25be' : '\u25b8'
        }
        const isFresh = node.count !== shownCount
        if (isFresh) {
          shownCount = node.count
          fill(value, node.last ? preview(node.last, 90) : h('span', { class: 'muted' }, plural(node.children.size, 'level')))
        }
        element.classList.toggle('fresh', isFresh)
        if (node.numbers.length > 1) spark.update(node.numbers, false)
        else spark.update(node.rates)
        speed.textContent = node.rate > 0.01 ? `${rate(node.rate)}/s` : ''
        total.textContent = compact(node.total)
      },
    }
  }

  #toggle(node, isOpen = !node.isOpen) {
    if (node.children.size === 0) return
    node.isOpen = isOpen
    node.isChanged = true
    this.#draw()
  }

  #focus(node, isMoved = true) {
    if (this.#focused?.row) this.#focused.row.element.tabIndex = -1
    this.#focused = node
    node.row.element.tabIndex = 0
    if (isMoved) node.row.element.focus()
  }

  /** The keys of a tree, as the ARIA practices have them. */
  #key(event) {
    const list = this.#tree.visible(MOST_ROWS, this.#search)
    const at = list.indexOf(this.#focused)
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return
    const node = list[at]
    const go = (i) => this.#focus(list[Math.max(0, Math.min(list.length - 1, i))])
    const keys = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(list.length - 1),
      PageDown: () => go(at + 15),
      PageUp: () => go(at - 15),
      ArrowRight: () => (node.isOpen || node.children.size === 0 ? go(at + (node.children.size > 0 ? 1 : 0)) : this.#toggle(node, true)),
      ArrowLeft: () => {
        if (node.isOpen && node.children.size > 0) this.#toggle(node, false)
        else if (list.includes(node.parent)) this.#focus(node.parent)
      },
      Enter: () => this.#choose(node),
      ' ': () => this.#choose(node),
    }
    if (!Object.hasOwn(keys, event.key)) return
    event.preventDefault()
    keys[event.key]()
  }

  #choose(node) {
    this.#chosen?.row?.element.setAttribute('aria-selected', 'false')
    this.#chosen = node
    this.#detail.hidden = node === null
    if (node === null) return
    node.row?.element.setAttribute('aria-selected', 'true')
    this.#messages = node.last ? [node.last] : []
    this.#shown = null
    fill(this.#detail,
      h('div', { class: 'detail-head' }, h('h2', {}, raw(node.topic, { max: 400 })),
        button('\u00d7', () => { this.#choose(null); this.#focus(node) }, { kind: 'quiet small', 'aria-label': 'Close' })),
      h('div', { class: 'actions' },
        button('Copy the topic', () => copy(node.topic), { kind: 'small' }),
        may('operator') && button('Publish\u2026', () => publishDialog(node.topic), { kind: 'small' }),
        h('a', { class: 'button small', href: `#/retained?${new URLSearchParams({ filter: node.topic })}` }, 'Retained'),
        h('a', { class: 'button small', href: `#/subscriptions?${new URLSearchParams({ filter: node.topic })}` }, 'Subscriptions')),
      this.#detailBody)
    this.#drawDetail()
    if (this.#detail.getBoundingClientRect().top < 0) this.#detail.scrollIntoView() // on a phone it is above the tree
  }

  #shown = null

  #drawDetail() {
    const node = this.#chosen
    if (node === null) return
    const newest = this.#messages[0] ?? null
    if (newest !== null && newest === this.#shown) return
    if (this.#detailBody.contains(document.activeElement) && this.#shown !== null) return // do not take it from under the hands
    this.#shown = newest
    if (newest === null) {
      fill(this.#detailBody, h('p', { class: 'muted' }, `Nothing came on this topic itself; ${plural(node.total, 'message')} came below it.`))
      return
    }
    fill(this.#detailBody,
      facts(
        ['Last', h('span', {}, millis(newest.time), h('small', { class: 'muted' }, ` ${ago(newest.time)}`))],
        ['QoS', h('span', {}, badge(String(newest.qos)), newest.retain && badge('retained'))],
        ['Messages', count(node.count)],
        ['Rate', `${rate(node.rate)}/s`]),
      numbers(node),
      payloadView(newest),
      this.#messages.length > 1 && h('section', {}, h('h3', {}, 'Before'),
        h('ol', { class: 'events' }, this.#messages.slice(1, 21).map((it) => h('li', {}, h('time', {}, millis(it.time)), preview(it, 120))))))
  }
}

function numbers(node) {
  if (node.numbers.length < 2 || number(node.last.text) === null) return null
  const line = sparkline(360, 64)
  line.update(node.numbers, false)
  return h('div', { class: 'numbers' }, line.element,
    h('p', { class: 'muted' }, `${compact(Math.min(...node.numbers))} to ${compact(Math.max(...node.numbers))} in the last ${node.numbers.length} messages`))
}
