// Tables whose rows come a page at a time.

import { button, empty, failure, fill, h } from './dom.js'
import { clock, count } from './format.js'

/**
 * A table.
 *
 * @param caption what it holds, for who does not see it
 * @param columns `{label, cell(row), cls}`; the cell is a node or a text. `cls` may be 'num', 'wide' (not on a phone) or 'end';
 *   with `onlyIf(row)` it is there if that is so for a row
 */
export function table(caption, all, rows) {
  const columns = all.filter((it) => !it.onlyIf || rows.some(it.onlyIf))
  return h('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabIndex: 0 },
    h('table', {},
      h('caption', { class: 'unheard' }, caption),
      h('thead', {}, h('tr', {}, columns.map((it) => h('th', { scope: 'col', class: it.cls ?? '' }, it.hidden ? h('span', { class: 'unheard' }, it.label) : it.label)))),
      h('tbody', {}, rows.map((row) => h('tr', {}, columns.map((it) => h('td', { class: it.cls ?? '' }, it.cell(row))))))))
}

/**
 * A table with what the API has page by page.
 *
 * @param load asks for a page: `({after, limit}, signal)` to `{rows, next, total}`; `total` may be missing
 * @param none what stands there if there is nothing
 * @param every says after how many seconds to read again; 0 for not now
 */
export function pagedTable({ caption, columns, load, none, signal, limit = 50, every = () => 0 }) {
  const body = h('div', { class: 'table-body', 'aria-busy': 'true' }, h('p', { class: 'loading' }, 'Loading\u2026'))
  const range = h('span', { 'aria-live': 'polite' })
  const at = h('span', { class: 'muted' })
  const earlier = button('Previous', () => { pages.pop(); read() }, { kind: 'small', disabled: true })
  const more = button('Next', () => { pages.push(next); read() }, { kind: 'small', disabled: true })
  const element = h('div', { class: 'paged' }, body,
    h('div', { class: 'pager' }, range, at, h('span', { class: 'grow' }), earlier, more))
  let pages = [null]
  let next = null
  let turn = 0

  async function read() {
    const mine = ++turn
    try {
      const answer = await load({ after: pages.at(-1), limit }, signal)
      if (mine !== turn || signal.aborted) return
      show(answer)
    } catch (error) {
      if (mine !== turn || error.name === 'AbortError') return
      fill(body, failure(error, reload))
      range.textContent = ''
    } finally {
      if (mine === turn) body.setAttribute('aria-busy', 'false')
    }
  }

  function show({ rows, next: following, total }) {
    next = following ?? null
    earlier.disabled = pages.length === 1
    more.disabled = next === null
    const first = (pages.length - 1) * limit
    const text = rows.length === 0 ? '' : `${count(first + 1)}\u2013${count(first + rows.length)}${total === undefined || total === null ? '' : ` of ${count(total)}`}`
    if (range.textContent !== text) range.textContent = text
    at.textContent = `at ${clock(Date.now())}`
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.key : undefined
    const left = body.querySelector('.scroll')?.scrollLeft ?? 0
    fill(body, rows.length === 0 ? none() : table(caption, columns, rows))
    const scroll = body.querySelector('.scroll')
    if (scroll) scroll.scrollLeft = left
    if (focused) [...body.querySelectorAll('[data-key]')].find((it) => it.dataset.key === focused)?.focus()
  }

  function reload() {
    pages = [null]
    return read()
  }

  reload()
  let seconds = 0
  const timer = setInterval(() => {
    if (document.hidden || document.querySelector('dialog[open]') || every() === 0) seconds = 0
    else if (++seconds >= every()) {
      seconds = 0
      read()
    }
  }, 1000)
  signal.addEventListener('abort', () => clearInterval(timer))
  return { element, reload, refresh: read }
}

/** What stands in the place of rows that a search does not find. */
export const nothingFound = (what, clear) =>
  empty('search', `No ${what} match`, 'Look for less, or for something else.', clear && button('Clear the search', clear))
