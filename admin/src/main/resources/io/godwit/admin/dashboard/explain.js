// Why a client may or may not do something.

import { post } from './api.js'
import { clientHref, presence } from './clients.js'
import { badge, check, empty, failure, field, fill, h, heading, icon, input, raw, select } from './dom.js'
import { table } from './table.js'

export const title = () => 'Explain'

const ACTS = [['publish', 'publish'], ['subscribe', 'subscribe'], ['receive', 'receive'], ['connect', 'connect']]

export function show(main, params, signal) {
  const of = (name) => params.get(name) ?? ''
  const act = select(ACTS, of('act') || 'publish')
  const client = input({ value: of('client'), required: true })
  const topic = input({ value: of('topic'), placeholder: 'plant/1/temperature' })
  const user = input({ value: of('user') })
  const groups = input({ value: of('groups'), placeholder: 'operators, night' })
  const address = input({ value: of('address'), placeholder: '10.0.0.1' })
  const listener = input({ value: of('listener') })
  const qos = select([['0', '0'], ['1', '1'], ['2', '2']], of('qos') || '0')
  const retain = check('Retain')
  const token = h('textarea', { rows: 2, spellcheck: false, autocomplete: 'off' })
  const answer = h('div', { class: 'answer', 'aria-live': 'polite' },
    empty('explain', 'Ask first', 'The answer names the file and line of the rule that decides.'))
  const submit = h('button', { type: 'submit', class: 'button primary' }, 'Explain')

  async function ask(event) {
    event?.preventDefault()
    submit.disabled = true
    const optional = { user: user.value, address: address.value, listener: listener.value, topic: topic.value, token: token.value.trim() }
    try {
      fill(answer, shown(await post('explain', {
        act: act.value,
        client: client.value,
        qos: Number(qos.value),
        retain: retain.box.checked,
        ...(groups.value && { groups: groups.value.split(',').map((it) => it.trim()).filter(Boolean) }),
        ...Object.fromEntries(Object.entries(optional).filter(([, it]) => it)),
      }, signal)))
    } catch (error) {
      if (error.name !== 'AbortError') fill(answer, failure(error))
    } finally {
      submit.disabled = false
    }
  }

  main.append(
    heading('Explain', 'Asks the rules that are in force now. The client need not be connected.'),
    h('div', { class: 'grid ask' },
      h('form', { class: 'card stack', onsubmit: ask },
        h('div', { class: 'row' }, field('May it', act), field('Client identifier', client)),
        field('Topic or filter', topic),
        h('div', { class: 'row' }, field('User', user), field('Groups', groups)),
        h('div', { class: 'row' }, field('Address', address), field('Listener', listener)),
        h('div', { class: 'row' }, field('QoS', qos), retain.element),
        h('details', {}, h('summary', {}, 'With a token'), field('Token (JWT)', token, 'Verified as at CONNECT. It says who the client is, and which rules it brings along.')),
        h('div', { class: 'actions' }, submit)),
      answer))
  if (of('act') && of('client')) ask()
}

function shown({ allowed, verdict, steps = [], recipients = [] }) {
  return [
    h('div', { class: `verdict ${allowed ? 'good' : 'bad'}` }, icon(allowed ? 'check' : 'bans'),
      h('div', {}, h('strong', {}, allowed ? 'Allowed' : 'Denied'), h('p', {}, raw(verdict, { max: 1000 })))),
    h('section', { class: 'card' }, h('h2', {}, 'How this was decided'),
      steps.length === 0
        ? h('p', { class: 'muted' }, 'No rule was asked.')
        : h('ol', { class: 'steps' }, steps.map((it) => h('li', {},
            h('div', {}, raw(it.what, { max: 500, cls: 'raw mono' }), ' ', h('small', { class: 'muted' }, raw(it.place, { max: 300 }))),
            h('div', { class: 'outcome' }, raw(it.outcome, { max: 500 })))))),
    recipients.length > 0 && h('section', { class: 'card' }, h('h2', {}, 'Who would get it'),
      table('Who would get it', [
        { label: 'Client', cell: (it) => h('a', { class: 'name', href: clientHref(it.client) }, raw(it.client, { max: 80 })) },
        { label: 'Filter', cell: (it) => raw(it.filter, { max: 120, cls: 'raw mono' }) },
        { label: 'QoS', cls: 'num', cell: (it) => String(it.qos) },
        { label: 'May receive', cell: (it) => badge(it.allowed ? 'yes' : 'no', it.allowed ? 'good' : 'bad') },
        { label: 'State', cell: (it) => presence(it.connected) },
      ], recipients)),
  ]
}
