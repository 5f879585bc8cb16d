// An MQTT client in the page: it connects to a WebSocket listener of this broker as any client does.

import { get } from './api.js'
import { button, card, check, during, empty, facts, field, fill, h, heading, input, plain, raw, select, toast } from './dom.js'
import { count, millis } from './format.js'
import { Client, reason } from './mqtt.js'
import { payloadView, preview } from './payload.js'

export const title = () => 'WebSocket client'

const MOST_MESSAGES = 500
const MOST_PACKETS = 300

// The connection outlives the page, so that one can look elsewhere meanwhile.
const state = {
  client: null,
  isOpen: false,
  text: 'not connected',
  subscriptions: new Map(),
  messages: [],
  packets: [],
  received: 0,
  changed: () => {},
}

const form = {
  url: null, clientId: `dashboard-${Math.random().toString(36).slice(2, 8)}`, user: '', password: '', cleanStart: true, keepAlive: '60',
  sessionExpiry: '', willTopic: '', willPayload: '',
}

function told(list, entry, most) {
  list.unshift(entry)
  if (list.length > most) list.pop()
}

function connect() {
  const will = form.willTopic
    ? { topic: form.willTopic, payload: new TextEncoder().encode(form.willPayload), qos: 1, retain: false, delay: 0 }
    : null
  state.subscriptions.clear()
  state.text = 'connecting'
  const mine = new Client(form.url, {
    clientId: form.clientId, user: form.user, password: form.password, cleanStart: form.cleanStart,
    keepAlive: Number(form.keepAlive) || 0, sessionExpiry: Number(form.sessionExpiry) || 0, will,
  }, {
    open({ isPresent, clientId }) {
      state.isOpen = true
      state.text = `connected as ${clientId}${isPresent ? ', with the session that was there' : ''}`
      state.changed()
    },
    close(text) {
      if (state.client !== mine) return
      state.client = null
      state.isOpen = false
      state.text = text
      state.changed()
    },
    message(message) {
      state.received++
      told(state.messages, shownAs(message), MOST_MESSAGES)
      state.changed()
    },
    packet(packet) {
      told(state.packets, { ...packet, time: Date.now() }, MOST_PACKETS)
      state.changed()
    },
  })
  state.client = mine
  state.changed()
}

/** A message in the form that the API gives messages. */
function shownAs({ payload, ...rest }) {
  const part = payload.subarray(0, 65_536)
  let text = null
  try { // a stream may end within a character
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part, { stream: part.length < payload.length })
  } catch { // it is no text, and shown as bytes
  }
  return { ...rest, text, payload: btoa(Array.from(part, (it) => String.fromCharCode(it)).join('')), bytes: payload.length, truncated: part.length < payload.length, time: Date.now() }
}

/** The addresses of the WebSocket listeners, as this page has to call them. */
export function addresses(listeners) {
  const host = location.hostname
  const isSecure = location.protocol === 'https:' // such a page may not open others
  return listeners.filter((it) => it.type === 'wss' || (it.type === 'ws' && !isSecure))
    .map((it) => `${it.type}://${host}:${it.port}${it.path ?? '/mqtt'}`)
}

export async function show(main, params, signal) {
  main.append(heading('WebSocket client', 'A client of this broker in this page, to try what a client may and gets.'))
  const { listeners } = await get('listeners', {}, signal)
  const urls = addresses(listeners)
  if (urls.length === 0) {
    main.append(empty('websocket', 'The broker has no WebSocket listener',
      'One such as listeners.ws { type = websocket, bind = "127.0.0.1", port = 8083 } lets pages connect.'))
    return
  }
  if (!urls.includes(form.url)) form.url = urls[0]
  const parts = [connection(urls), subscribing(), publishing(), messages(), packets()]
  main.append(
    h('div', { class: 'grid two' }, parts[0].element, h('div', { class: 'stack' }, parts[1].element, parts[2].element)),
    parts[3].element, parts[4].element)
  const update = () => parts.forEach((it) => it.update())
  let isDue = false
  state.changed = () => {
    if (isDue) return
    isDue = true
    setTimeout(() => { isDue = false; if (!signal.aborted) update() }, 100)
  }
  signal.addEventListener('abort', () => { state.changed = () => {} })
  update()
}

function connection(urls) {
  const bound = (name, control) => {
    if (control.type === 'checkbox') control.checked = form[name]
    else control.value = form[name]
    control.addEventListener('input', () => { form[name] = control.type === 'checkbox' ? control.checked : control.value })
    return control
  }
  const url = bound('url', select(urls.map((it) => [it, it]), form.url))
  const clean = check('Clean start')
  bound('cleanStart', clean.box)
  const says = h('p', { class: 'connection-state', role: 'status' })
  const act = h('button', { type: 'submit', class: 'button primary' })
  const abrupt = button('Disconnect with the will', () => state.client?.end(true), { kind: 'quiet' })
  const inputs = h('fieldset', { class: 'plain stack' },
    h('legend', { class: 'unheard' }, 'Connection'),
    field('Listener', url),
    h('div', { class: 'row' }, field('Client identifier', bound('clientId', input())), field('Keep alive (s)', bound('keepAlive', input({ type: 'number', min: 0, max: 65535 })))),
    h('div', { class: 'row' }, field('User', bound('user', input({ autocomplete: 'off' }))), field('Password', bound('password', input({ type: 'password', autocomplete: 'new-password' })))),
    h('div', { class: 'row' }, field('Session expires after (s)', bound('sessionExpiry', input({ type: 'number', min: 0, placeholder: '0' }))), clean.element),
    h('details', {}, h('summary', {}, 'Will'),
      h('div', { class: 'row' }, field('Topic', bound('willTopic', input())), field('Payload', bound('willPayload', input())))))
  const element = card('Connection', h('form', {
    class: 'stack', onsubmit: (event) => {
      event.preventDefault()
      if (state.client) state.client.end()
      else connect()
    },
  }, inputs, h('div', { class: 'actions' }, act, abrupt), says))
  return {
    element,
    update() {
      inputs.disabled = state.client !== null
      act.textContent = state.client === null ? 'Connect' : state.isOpen ? 'Disconnect' : 'Give up'
      act.classList.toggle('primary', state.client === null)
      abrupt.hidden = !state.isOpen || !form.willTopic
      says.className = `connection-state ${state.isOpen ? 'good' : ''}`
      if (says.dataset.text !== state.text) {
        says.dataset.text = state.text
        fill(says, h('i', {}), raw(state.text, { max: 400 }))
      }
    },
  }
}

function subscribing() {
  const filter = input({ value: '#', required: true })
  const qos = select([['0', '0'], ['1', '1'], ['2', '2']], '1')
  const noLocal = check('No local')
  const list = h('ul', { class: 'chips', 'aria-label': 'Subscriptions' })
  const submit = h('button', { type: 'submit', class: 'button' }, 'Subscribe')
  let shown = null
  const element = card('Subscribe', h('form', {
    onsubmit: (event) => {
      event.preventDefault()
      during(submit, async () => {
        const code = await state.client.subscribe({ filter: filter.value, qos: Number(qos.value), noLocal: noLocal.box.checked })
        if (code >= 0x80) toast(`Refused: ${reason(code)}`, 'bad')
        else state.subscriptions.set(filter.value, code)
        state.changed()
      }).then(() => { submit.disabled = !state.isOpen })
    },
  }, h('div', { class: 'row' }, field('Topic filter', filter), field('QoS', qos), noLocal.element, submit)), list)
  return {
    element,
    update() {
      submit.disabled = !state.isOpen
      const now = JSON.stringify([state.isOpen, ...state.subscriptions])
      if (now === shown) return
      shown = now
      fill(list, state.isOpen && [...state.subscriptions].map(([name, code]) => h('li', { class: 'chip' }, raw(name, { max: 80, cls: 'raw mono' }),
        h('small', { class: 'muted' }, ` QoS ${code}`),
        button('\u00d7', (event) => during(event.currentTarget, async () => {
          await state.client.unsubscribe(name)
          state.subscriptions.delete(name)
          state.changed()
        }), { kind: 'quiet small', 'aria-label': `Unsubscribe from ${plain(name)}` }))))
    },
  }
}

function publishing() {
  const topic = input({ value: 'hello/browser', required: true })
  const payload = h('textarea', { rows: 3, spellcheck: false, value: '{"hello": "from a browser"}' })
  const qos = select([['0', '0'], ['1', '1'], ['2', '2']], '1')
  const retain = check('Retain')
  const type = input()
  const response = input()
  const expiry = input({ type: 'number', min: 0 })
  const user = h('textarea', { rows: 2, spellcheck: false, placeholder: 'name=value' })
  const submit = h('button', { type: 'submit', class: 'button' }, 'Publish')
  const says = h('p', { class: 'muted', role: 'status' })
  const element = card('Publish', h('form', {
    class: 'stack', onsubmit: (event) => {
      event.preventDefault()
      during(submit, async () => {
        const code = await state.client.publish({
          topic: topic.value, payload: new TextEncoder().encode(payload.value), qos: Number(qos.value), retain: retain.box.checked,
          properties: {
            contentType: type.value, responseTopic: response.value, messageExpiryInterval: expiry.value ? Number(expiry.value) : undefined,
            userProperties: user.value.split('\n').filter((it) => it.includes('=')).map((it) => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)]),
          },
        })
        fill(says, `${millis(Date.now())} ${Number(qos.value) === 0 ? 'sent' : reason(code)}`)
      }).then(() => { submit.disabled = !state.isOpen })
    },
  },
  h('div', { class: 'row' }, field('Topic', topic), field('QoS', qos), retain.element),
  field('Payload', payload),
  h('details', {}, h('summary', {}, 'Properties'),
    h('div', { class: 'row' }, field('Content type', type), field('Response topic', response), field('Expires after (s)', expiry)),
    field('User properties', user, 'One a line')),
  h('div', { class: 'actions' }, submit, says)))
  return { element, update() { submit.disabled = !state.isOpen } }
}

function messages() {
  const place = h('div', {})
  const list = h('ol', { class: 'messages', 'aria-label': 'Messages' })
  const rows = new Map()
  const total = h('small', { class: 'muted' })
  const element = card('Messages', h('div', { class: 'actions end over' }, total, button('Clear', () => {
    state.messages = []
    state.received = 0
    state.changed()
  }, { kind: 'small quiet' })), place)
  return {
    element,
    update() {
      total.textContent = state.received > state.messages.length ? `the newest ${MOST_MESSAGES} of ${count(state.received)}` : ''
      if (state.messages.length === 0) {
        rows.clear()
        fill(list)
        fill(place, empty('websocket', 'No messages', state.isOpen ? 'What its subscriptions match stands here.' : 'Connect and subscribe first.'))
        return
      }
      if (list.parentNode !== place) fill(place, list)
      const now = new Set(state.messages)
      for (const [message, row] of rows) {
        if (now.has(message)) continue
        row.remove()
        rows.delete(message)
      }
      let before = list.firstElementChild
      for (const message of state.messages) {
        if (rows.has(message)) break
        const row = messageRow(message)
        rows.set(message, row)
        list.insertBefore(row, before)
      }
    },
  }
}

function messageRow(message) {
  const body = h('div', {})
  const details = h('details', { ontoggle: () => { if (details.open && body.childElementCount === 0) fill(body, properties(message), payloadView(message)) } },
    h('summary', {}, h('time', {}, millis(message.time)), raw(message.topic, { max: 120, cls: 'raw name' }), preview(message, 120),
      h('small', { class: 'muted' }, ` QoS ${message.qos}${message.retain ? ', retained' : ''}${message.dup ? ', again' : ''}`)),
    body)
  return h('li', {}, details)
}

function properties(message) {
  const { contentType, responseTopic, messageExpiryInterval, userProperties = [], correlationData } = message.properties
  return facts(
    ['Topic', raw(message.topic, { max: 5000 })],
    ['Content type', contentType === undefined ? undefined : raw(contentType)],
    ['Response topic', responseTopic === undefined ? undefined : raw(responseTopic)],
    ['Correlation data', correlationData === undefined ? undefined : h('span', { class: 'mono' }, Array.from(correlationData, (it) => it.toString(16).padStart(2, '0')).join(' '))],
    ['Expires after', messageExpiryInterval === undefined ? undefined : `${messageExpiryInterval} s`],
    ...userProperties.map(([name, value]) => [raw(name, { max: 100 }), raw(value, { max: 500 })]))
}

function packets() {
  const list = h('ol', { class: 'packets' })
  const element = h('details', { class: 'card' }, h('summary', {}, h('h2', {}, 'Packets')), list)
  element.addEventListener('toggle', () => state.changed())
  return {
    element,
    update() {
      if (!element.open) return
      fill(list, state.packets.slice(0, 100).map((it) => h('li', {}, h('time', {}, millis(it.time)),
        h('span', { class: `way ${it.direction}` }, it.direction === 'in' ? '\u2190' : '\u2192'),
        h('b', {}, it.type), h('span', { class: 'muted' }, `${count(it.bytes)} B`), it.detail && raw(it.detail, { max: 120 }))))
    },
  }
}
