// Retained messages: what a new subscriber would get at once.

import { get, may, remove } from './api.js'
import { badge, button, confirm, during, empty, facts, field, fill, h, heading, input, later, plain, raw, toast } from './dom.js'
import { ago, bytes, duration, moment, plural } from './format.js'
import { payloadView, preview } from './payload.js'
import { publishDialog } from './publish.js'
import { nothingFound, pagedTable } from './table.js'

export const title = () => 'Retained'

export function show(main, params, signal) {
  const filter = input({ type: 'search', value: params.get('filter') ?? '', placeholder: '#' })
  const detail = h('aside', { class: 'card detail', 'aria-label': 'The chosen message', hidden: true })
  let opened = null
  const wanted = () => filter.value.trim() || '#'
  const list = pagedTable({
    caption: 'Retained messages',
    columns: [
      { label: 'Topic', cell: (it) => h('button', { type: 'button', class: 'name link', 'data-key': it.topic, onclick: () => open(it) }, raw(it.topic, { max: 160 })) },
      { label: 'Payload', cls: 'stretch', cell: (it) => preview(it, 90) },
      { label: 'Size', cls: 'num', cell: (it) => bytes(it.bytes) },
      { label: 'QoS', cls: 'num wide', cell: (it) => String(it.qos) },
      { label: 'Age', cls: 'num aside', onlyIf: (it) => it.time, cell: (it) => h('time', { dateTime: it.time, title: moment(it.time) }, ago(it.time)) },
      { label: 'Expires', cls: 'num wide', cell: (it) => it.expiry === null || it.expiry === undefined ? h('span', { class: 'muted' }, 'never') : duration(it.expiry) },
    ],
    signal,
    async load(page, abort) {
      const answer = await get('retained', { ...page, filter: wanted() }, abort)
      return { rows: answer.messages, next: answer.next, total: answer.total }
    },
    none: () => wanted() === '#'
      ? empty('retained', 'No message is retained', 'A message that is published with RETAIN stands here until it expires or is deleted.')
      : nothingFound('retained messages', () => { filter.value = ''; list.reload() }),
  })

  function open(message) {
    opened = message.topic
    detail.hidden = false
    fill(detail,
      h('div', { class: 'detail-head' },
        h('h2', { tabIndex: -1 }, raw(message.topic, { max: 400 })),
        button('\u00d7', close, { kind: 'quiet small', 'aria-label': 'Close' })),
      facts(
        ['Published', message.time && h('span', {}, `${ago(message.time)} ago`, h('small', { class: 'muted' }, ` ${moment(message.time)}`))],
        ['QoS', badge(String(message.qos))],
        ['Expires', message.expiry === null || message.expiry === undefined ? 'never' : `in ${duration(message.expiry)}`],
        ['Content type', message.contentType ? raw(message.contentType) : undefined]),
      payloadView(message),
      may('operator') && h('div', { class: 'actions' },
        button('Replace\u2026', () => publishDialog(message.topic, { isRetained: true })),
        button('Delete', (event) => during(event.currentTarget, () => deleteAll(message.topic, false)), { kind: 'danger' })))
    detail.querySelector('h2').focus()
  }

  function close() {
    detail.hidden = true
    const buttons = [...main.querySelectorAll('button.name')]
    buttons.find((it) => it.dataset.key === opened)?.focus()
  }

  async function deleteAll(which, isFilter) {
    const is = await confirm(isFilter ? 'Delete all that match?' : 'Delete this retained message?', [
      h('p', {}, raw(which)),
      h('p', { class: 'muted' }, 'New subscribers no longer get it. Those who have it are not told.'),
    ], isFilter ? 'Delete them' : 'Delete')
    if (!is) return
    const { deleted } = await remove('retained', { params: { filter: which } })
    toast(`Deleted ${plural(deleted, 'message')}`)
    detail.hidden = true
    await list.reload()
  }

  filter.addEventListener('input', later(300, () => list.reload()))
  main.append(
    heading('Retained', 'The last message of each topic that was published to be kept.',
      button('Refresh', () => list.refresh()),
      may('operator') && button('Publish\u2026', () => publishDialog('', { isRetained: true })),
      may('operator') && button('Delete all that match', (event) => during(event.currentTarget, () => deleteAll(wanted(), true)),
        { kind: 'danger', title: `Deletes what ${plain(wanted())} matches` })),
    h('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
      field('Topic filter', filter, 'Such as plant/+/state or plant/#')),
    h('div', { class: 'split' }, list.element, detail))
}
