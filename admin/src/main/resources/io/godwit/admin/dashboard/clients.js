// Who is connected, and whose session waits.

import { get, may, post, remove, segment } from './api.js'
import { badge, button, check, confirm, during, empty, field, h, heading, input, later, plain, raw, select, toast } from './dom.js'
import { ago, compact, count, moment } from './format.js'
import { nothingFound, pagedTable } from './table.js'

export const title = () => 'Clients'

/** The address of the page of a client. */
export const clientHref = (id) => `#/client?${new URLSearchParams({ id })}`

/** A link to a client. */
export const clientLink = (id) => h('a', { href: clientHref(id), class: 'name', 'data-key': `client ${id}` }, raw(id, { max: 80 }))

/** Whether a client is there, as a mark and a word. */
export const presence = (isConnected) =>
  h('span', { class: `presence ${isConnected ? 'good' : ''}` }, h('i', {}), isConnected ? 'connected' : 'offline')

/** Asks, and disconnects a client; whether it was done. */
export async function disconnect(id) {
  const is = await confirm('Disconnect this client?', [
    h('p', {}, raw(id)),
    h('p', { class: 'muted' }, 'Its session stays, if it outlives connections, and it may come back at once. To keep it out, ban it.'),
  ], 'Disconnect')
  if (!is) return false
  await post(`clients/${segment(id)}/disconnect`, {})
  toast(`Disconnected ${plain(id)}`)
  return true
}

/** Asks, and ends a session; whether it was done. */
export async function endSession(id) {
  const is = await confirm('End this session?', [
    h('p', {}, raw(id)),
    h('p', { class: 'muted' }, 'The client is disconnected, its will is published, and its subscriptions and queued messages are gone for good.'),
  ], 'End the session')
  if (!is) return false
  const was = await remove(`sessions/${segment(id)}`)
  toast(`Ended; it had ${count(was.queued)} queued messages`)
  return true
}

export function show(main, params, signal) {
  const search = input({ type: 'search', value: params.get('search') ?? '', placeholder: 'client, user or address' })
  const connected = select([['', 'All'], ['true', 'Connected'], ['false', 'Offline']], params.get('connected') ?? '')
  const live = check('Live', { checked: true })
  const columns = [
    { label: 'Client', cell: (it) => clientLink(it.client) },
    { label: 'State', cell: (it) => presence(it.connected) },
    { label: 'User', cls: 'wide', cell: (it) => it.user === null ? h('span', { class: 'muted' }, '\u2013') : raw(it.user, { max: 40 }) },
    { label: 'Address', cls: 'wide mono', cell: (it) => it.address === null ? '\u2013' : raw(`${it.address}${it.port ? `:${it.port}` : ''}`, { max: 60 }) },
    { label: 'Listener', cls: 'wide', cell: (it) => it.listener ? raw(it.listener, { max: 40 }) : '\u2013' },
    { label: 'MQTT', cls: 'wide', cell: (it) => it.protocol ? raw(it.protocol, { max: 10 }) : '\u2013' },
    { label: 'Since', cls: 'num wide', cell: (it) => h('time', { dateTime: it.since ?? '', title: moment(it.since) }, ago(it.since)) },
    { label: 'Queued', cls: 'num', cell: (it) => h('span', { class: it.queued > 0 ? '' : 'muted' }, compact(it.queued)) },
    { label: 'In flight', cls: 'num wide', cell: (it) => h('span', { class: it.inFlight > 0 ? '' : 'muted' }, compact(it.inFlight)) },
    { label: 'Subscriptions', cls: 'num wide', cell: (it) => compact(it.subscriptions) },
    {
      label: 'Actions', hidden: true, cls: 'end wide',
      cell: (it) => may('operator') && it.connected && button('Disconnect', (event) =>
        during(event.currentTarget, async () => { if (await disconnect(it.client)) await list.refresh() }),
      { kind: 'small quiet', 'aria-label': `Disconnect ${plain(it.client)}`, 'data-key': `end ${it.client}` }),
    },
  ]
  const clear = () => { search.value = ''; connected.value = ''; changed() }
  const list = pagedTable({
    caption: 'Clients',
    columns,
    signal,
    async load(page, abort) {
      const answer = await get('clients', { ...page, search: search.value, connected: connected.value }, abort)
      return { rows: answer.clients, next: answer.next, total: answer.total }
    },
    none: () => search.value || connected.value
      ? nothingFound('clients', clear)
      : empty('clients', 'Nobody is connected', 'Clients stand here as soon as they connect, and as long as their session lasts.'),
    every: () => live.box.checked ? 5 : 0,
  })
  const changed = () => {
    const address = new URLSearchParams(Object.entries({ search: search.value, connected: connected.value }).filter(([, it]) => it))
    history.replaceState(null, '', `#/clients${address.size > 0 ? `?${address}` : ''}`)
    list.reload()
  }
  search.addEventListener('input', later(250, changed))
  connected.addEventListener('change', changed)
  main.append(
    heading('Clients', 'Everyone who is connected, and everyone whose session is kept.'),
    h('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
      field('Search', search), field('State', connected), live.element),
    list.element)
}

/** A mark for a QoS. */
export const qos = (value) => badge(`QoS ${value}`)
