// Who subscribes to what.

import { get } from './api.js'
import { subscriptionColumns } from './client.js'
import { empty, field, h, heading, input, later } from './dom.js'
import { nothingFound, pagedTable } from './table.js'

export const title = () => 'Subscriptions'

export function show(main, params, signal) {
  const filter = input({ type: 'search', value: params.get('filter') ?? '', placeholder: 'plant/+/temperature' })
  const client = input({ type: 'search', value: params.get('client') ?? '', placeholder: 'client identifier' })
  const list = pagedTable({
    caption: 'Subscriptions',
    columns: subscriptionColumns(true),
    signal,
    limit: 100,
    async load(page, abort) {
      const answer = await get('subscriptions', { ...page, filter: filter.value, client: client.value }, abort)
      return { rows: answer.subscriptions, next: answer.next, total: answer.total }
    },
    none: () => filter.value || client.value
      ? nothingFound('subscriptions', () => { filter.value = client.value = ''; list.reload() })
      : empty('subscriptions', 'Nobody subscribes', 'What clients subscribe to stands here, also while they are offline.'),
    every: () => 10,
  })
  const changed = later(250, () => list.reload())
  filter.addEventListener('input', changed)
  client.addEventListener('input', changed)
  main.append(
    heading('Subscriptions', 'Topic filters, and who gets what they match.'),
    h('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
      field('Filter', filter), field('Client', client)),
    list.element)
}
