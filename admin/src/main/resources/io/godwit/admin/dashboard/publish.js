// A form that publishes through the API, without a client.

import { post } from './api.js'
import { check, field, fill, h, input, raw, select, toast } from './dom.js'
import { plural } from './format.js'

/** Opens the form; `topic` is filled in. */
export function publishDialog(topic = '', { isRetained = false } = {}) {
  const name = input({ value: topic, required: true, placeholder: 'plant/1/setpoint' })
  const text = h('textarea', { rows: 6, spellcheck: false })
  const qos = select([['0', '0'], ['1', '1'], ['2', '2']], '0')
  const retain = check('Retain', { checked: isRetained })
  const type = input({ placeholder: 'application/json' })
  const expiry = input({ type: 'number', min: 0, inputMode: 'numeric', placeholder: 'never' })
  const problem = h('p', { class: 'form-problem', role: 'alert' })
  const submit = h('button', { type: 'submit', class: 'button primary' }, 'Publish')
  const dialog = h('dialog', { class: 'large', 'aria-label': 'Publish a message', onclose: () => dialog.remove() },
    h('form', { onsubmit: send },
      h('h2', {}, 'Publish a message'),
      h('div', { class: 'dialog-body stack' },
        field('Topic', name),
        field('Payload', text, 'Text. An empty payload with Retain takes the retained message away.'),
        h('div', { class: 'row' }, field('QoS', qos), field('Expires after (s)', expiry), field('Content type', type), retain.element),
        problem),
      h('div', { class: 'actions end' },
        h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, 'Close'), submit)))

  async function send(event) {
    event.preventDefault()
    submit.disabled = true
    fill(problem)
    try {
      const answer = await post('publish', {
        topic: name.value,
        text: text.value,
        qos: Number(qos.value),
        retain: retain.box.checked,
        ...(expiry.value && { expiry: Number(expiry.value) }),
        ...(type.value && { contentType: type.value }),
      })
      toast(`Published, to ${plural(answer.recipients ?? 0, 'subscriber')}`)
    } catch (error) {
      fill(problem, raw(error.message, { max: 500 }))
    } finally {
      submit.disabled = false
    }
  }
  document.body.append(dialog)
  dialog.showModal()
  const first = topic ? text : name
  first.focus()
}
