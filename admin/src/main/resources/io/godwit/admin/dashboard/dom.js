// Elements, and text in them. Everything that a client chose (topics, client identifiers, payloads) becomes text
// nodes; there is no way here to make markup of it.

const SVG = 'http://www.w3.org/2000/svg'

/**
 * An element. `props` are properties where the element has them (`disabled`, `value`, `onclick`), else attributes;
 * `vars` are custom properties of CSS. Children are nodes, texts, numbers, or lists of them; null and false are left out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || (value === false && name !== 'spellcheck')) continue
    if (name === 'class') element.className = value
    else if (name === 'vars') for (const [key, v] of Object.entries(value)) element.style.setProperty(key, v)
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (name in element && !name.includes('-') && name !== 'list' && name !== 'form') element[name] = value
    else element.setAttribute(name, value === true ? '' : value)
  }
  add(element, children)
  return element
}

/** An SVG element. */
export function s(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  add(element, children)
  return element
}

function add(element, children) {
  for (const child of children.flat(4)) {
    if (child === null || child === undefined || child === false) continue
    element.append(child instanceof Node ? child : String(child))
  }
}

/** Puts these children in place of those that are there. */
export function fill(element, ...children) {
  element.replaceChildren()
  add(element, children)
  return element
}

/** A symbol of the sheet in index.html; for the eye only. */
export function icon(name) {
  return s('svg', { class: 'icon', 'aria-hidden': 'true' }, s('use', { href: `#i-${name}` }))
}

// Characters that have no shape of their own, or that change the order or the look of others: controls, marks and
// overrides of direction, joiners, separators of lines, tags, variation selectors and what has no meaning.
const UNSEEN = new RegExp(
  '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e'
  + '\\u2060-\\u206f\\u3164\\ufe00-\\ufe0d\\ufeff\\uffa0\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}\\ud800-\\udfff]'
  + '|(?<!\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]' // which choose between the two looks of a picture
  + '|(?<!\\p{Extended_Pictographic}\\ufe0f?)\\u200d', 'gu') // which joins pictures

const code = (character) => 'U+' + character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')

const CONTROLS = 'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(' ')

const shown = (character) => CONTROLS[character.codePointAt(0)] ?? code(character)

/** A text as one line of plain characters, for attributes and titles, where no element can mark what is unseen. */
export function plain(text) {
  return String(text).replace(UNSEEN, (character) => `<${code(character)}>`)
}

/**
 * A text that somebody else chose, in an element that keeps its direction to itself; what can't be seen is shown by
 * its name. `max` is how many characters of it, `lines` whether its line feeds and tabs may be such.
 */
export function raw(text, { max = 300, lines = false, tag = 'bdi', cls = 'raw' } = {}) {
  const whole = String(text)
  const cut = whole.length > max ? whole.slice(0, max) : whole
  const element = h(tag, { class: cls, title: whole.length > 24 && !lines ? plain(cut) : undefined })
  let from = 0
  for (const match of cut.matchAll(UNSEEN)) {
    if (lines && /[\n\t]/.test(match[0])) continue
    element.append(cut.slice(from, match.index))
    element.append(h('span', { class: 'unseen', title: code(match[0]) }, shown(match[0])))
    from = match.index + match[0].length
  }
  element.append(cut.slice(from))
  if (whole.length > max) element.append(h('span', { class: 'muted' }, '\u2026'))
  if (whole === '') element.append(h('span', { class: 'muted' }, '(empty)'))
  return element
}

/** A button. `kind` is '', 'primary', 'danger' or 'quiet'. */
export function button(label, onclick, { kind = '', symbol, ...props } = {}) {
  return h('button', { type: 'button', class: `button ${kind}`, onclick, ...props }, symbol && icon(symbol), label)
}

let serial = 0

/** A label with its control, and a hint below it. */
export function field(label, control, hint) {
  const id = control.id || `f${++serial}`
  control.id = id
  if (hint) control.setAttribute('aria-describedby', `${id}-hint`)
  return h('div', { class: 'field' },
    h('label', { htmlFor: id }, label),
    control,
    hint && h('small', { id: `${id}-hint`, class: 'hint' }, hint))
}

/** A box to tick, with its label behind it. */
export function check(label, props = {}) {
  const box = h('input', { type: 'checkbox', ...props })
  return { box, element: h('label', { class: 'check' }, box, h('span', {}, label)) }
}

/** A choice. `options` are pairs of value and label. */
export function select(options, value, props = {}) {
  const element = h('select', props, options.map(([v, label]) => h('option', { value: v }, label)))
  element.value = value
  return element
}

/** A line that can be typed into. */
export function input(props = {}) {
  return h('input', { type: 'text', autocomplete: 'off', spellcheck: false, autocapitalize: 'off', ...props })
}

/** What stands where there is nothing to show. */
export function empty(symbol, title, hint, ...more) {
  return h('div', { class: 'empty' }, icon(symbol), h('p', { class: 'empty-title' }, title), hint && h('p', {}, hint), more)
}

/** What stands where something went wrong. */
export function failure(error, retry) {
  return h('div', { class: 'failure', role: 'alert' },
    icon('alert'),
    h('div', {},
      h('p', { class: 'failure-title' }, error.title ?? 'That did not work'),
      h('p', {}, raw(error.message, { max: 2000 })),
      error.problems?.length > 0 && h('ul', { class: 'problems' }, error.problems.map((it) => h('li', {}, raw(it, { max: 1000 }))))),
    retry && button('Try again', retry))
}

/** A mark with a word in it. `kind` is '', 'good', 'warn' or 'bad'. */
export function badge(text, kind = '') {
  return h('span', { class: `badge ${kind}` }, text)
}

/** A heading of a page with what can be done on it. */
export function heading(title, text, ...actions) {
  return h('header', { class: 'heading' },
    h('div', {}, h('h1', { tabIndex: -1 }, title), text && h('p', { class: 'lead' }, text)),
    actions.length > 0 && h('div', { class: 'actions' }, actions))
}

/** A section with a heading of its own. */
export function card(title, ...children) {
  const id = `s${++serial}`
  return h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, title), children)
}

/** Names and what stands behind them. Pairs whose value is undefined are left out. */
export function facts(...pairs) {
  return h('dl', { class: 'facts' },
    pairs.filter(([, value]) => value !== undefined).map(([name, value]) =>
      h('div', {}, h('dt', {}, name), h('dd', {}, value === null || value === '' ? h('span', { class: 'muted' }, 'none') : value))))
}

/** Says something in the corner of the page, and to who hears it; `kind` is 'good' or 'bad'. */
export function toast(text, kind = 'good') {
  const place = document.getElementById('toasts')
  const element = h('div', { class: `toast ${kind}` }, icon(kind === 'bad' ? 'alert' : 'check'), raw(text, { max: 500 }),
    h('button', { type: 'button', class: 'button quiet small', 'aria-label': 'Dismiss', onclick: () => element.remove() }, '\u00d7'))
  place.append(element)
  while (place.childElementCount > 4) place.firstElementChild.remove()
  if (kind !== 'bad') setTimeout(() => element.remove(), 6000)
}

/** Asks before something is done; the promise says whether. */
export function confirm(title, body, label, kind = 'danger') {
  return new Promise((resolve) => {
    const id = `d${++serial}`
    const dialog = h('dialog', { 'aria-labelledby': id, onclose: () => { resolve(dialog.returnValue === 'yes'); dialog.remove() } },
      h('form', { method: 'dialog' },
        h('h2', { id }, title),
        h('div', { class: 'dialog-body' }, body),
        h('div', { class: 'actions end' },
          h('button', { class: 'button', value: 'no', autofocus: true }, 'Cancel'),
          h('button', { class: `button ${kind}`, value: 'yes' }, label))))
    document.body.append(dialog)
    dialog.showModal()
  })
}

/** Does what is awaited with the button off; what goes wrong is said in the corner. */
export async function during(element, work) {
  element.disabled = true
  element.setAttribute('aria-busy', 'true')
  try {
    return await work()
  } catch (error) {
    if (error.name !== 'AbortError') toast(error.message, 'bad')
    return undefined
  } finally {
    element.disabled = false
    element.removeAttribute('aria-busy')
  }
}

/** Calls it when nothing has called this for some time. */
export function later(milliseconds, work) {
  let timer
  return (...args) => {
    clearTimeout(timer)
    timer = setTimeout(() => work(...args), milliseconds)
  }
}

/** Puts a text on the clipboard; where the browser does not let us, says so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    toast('Copied')
  } catch {
    toast('The browser does not let this page write to the clipboard', 'bad')
  }
}
