// One client in full: its connection, its session, and what it last did.

import { get, may, segment } from './api.js'
import { clientHref, disconnect, endSession, presence, qos } from './clients.js'
import { badge, button, card, during, empty, facts, failure, fill, h, heading, raw } from './dom.js'
import { ago, bytes, count, duration, millis, moment, plural } from './format.js'
import { table } from './table.js'

export const title = (params, plain) => plain(params.get('id') ?? 'Client')

export async function show(main, params, signal) {
  const id = params.get('id') ?? ''
  const place = h('div', {})
  const path = `clients/${segment(id)}`
  async function load() {
    try {
      const client = await get(path, {}, signal)
      fill(place, head(client, load), body(client))
    } catch (error) {
      if (error.name === 'AbortError') return
      if (error.status === 404) error.title = 'There is no such client'
      fill(place, heading(raw(id, { max: 120 }), ''), failure(error, load))
    }
  }
  main.append(h('nav', { class: 'crumbs', 'aria-label': 'Where this is' }, h('a', { href: '#/clients' }, 'Clients')), place)
  await load()
}

function head(client, load) {
  const act = (label, work, kind) => may('operator') && button(label, (event) =>
    during(event.currentTarget, async () => { if (await work(client.client)) await load() }), { kind })
  return heading(raw(client.client, { max: 200 }), null,
    button('Refresh', load),
    h('a', { class: 'button', href: `#/explain?${new URLSearchParams({ client: client.client, user: client.user ?? '', address: client.address ?? '' })}` }, 'Explain\u2026'),
    may('operator') && h('a', { class: 'button', href: `#/bans?${new URLSearchParams({ client: client.client })}` }, 'Ban\u2026'),
    client.connected && act('Disconnect', disconnect, ''),
    act('End the session', endSession, 'danger'))
}

function body(client) {
  const { will } = client
  const limits = client.limits ?? {}
  return [
    h('div', { class: 'grid three' },
      card('Connection', facts(
        ['State', presence(client.connected)],
        [client.connected ? 'Connected' : 'Disconnected', h('span', {}, `${ago(client.since)} ago`, h('small', { class: 'muted' }, ` ${moment(client.since)}`))],
        ['User', client.user && raw(client.user)],
        ['Address', client.address && h('span', { class: 'mono' }, client.address, client.port && `:${client.port}`)],
        ['Listener', client.listener && raw(client.listener, { max: 100 })],
        ['Protocol', client.protocol && `MQTT ${client.protocol}`],
        ['Keep alive', client.keepAlive === 0 ? 'off' : client.keepAlive ? duration(client.keepAlive) : undefined],
        ['Certificate', client.certificate && raw(client.certificate)])),
      card('Session', facts(
        ['Clean start', client.cleanStart === null || client.cleanStart === undefined ? undefined : client.cleanStart ? 'yes' : 'no'],
        ['Ends', client.expiry === undefined ? undefined : client.expiry === null ? 'never by itself' : client.expiry === 0 ? 'with the connection' : `${duration(client.expiry)} after the connection`],
        ['Belongs to', client.owner && raw(typeof client.owner === 'string' ? client.owner : Object.values(client.owner).join(' '))],
        ['Queued', `${plural(client.queued, 'message')}, ${bytes(client.queuedBytes ?? 0)}`],
        ['In flight', plural(client.inFlight, 'message')],
        ['Subscriptions', count(client.subscriptions)])),
      card('Limits and will', facts(
        ['Receive maximum', limits.receiveMaximum ? count(limits.receiveMaximum) : undefined],
        ['Largest packet', limits.maximumPacketSize ? bytes(limits.maximumPacketSize) : undefined],
        ['Topic aliases', limits.topicAliasMaximum !== undefined ? count(limits.topicAliasMaximum) : undefined],
        ['Will', will ? [raw(will.topic), ' ', qos(will.qos), will.retain && badge('retained'), will.delay > 0 && ` after ${duration(will.delay)}`] : null]))),
    card('Subscriptions', subscriptions(client.subscriptionList ?? [])),
    h('div', { class: 'grid two' },
      card('Last errors', errors(client.lastErrors ?? [])),
      card('Last packets', packets(client.recorder ?? []))),
  ]
}

function subscriptions(list) {
  if (list.length === 0) return empty('subscriptions', 'It has not subscribed to anything')
  return table('Subscriptions of this client', subscriptionColumns(false), list)
}

/** The columns of subscriptions; with whose they are or not. */
export function subscriptionColumns(isOfAll) {
  return [
    isOfAll && { label: 'Client', cell: (it) => h('a', { href: clientHref(it.client), class: 'name', 'data-key': `${it.client} ${it.filter}` }, raw(it.client, { max: 80 })) },
    { label: 'Filter', cell: (it) => raw(it.filter, { max: 160, cls: 'raw mono' }) },
    { label: 'Shared by', cls: 'wide', cell: (it) => it.share === null || it.share === undefined ? h('span', { class: 'muted' }, '\u2013') : raw(it.share, { max: 60 }) },
    { label: 'QoS', cls: 'num', cell: (it) => String(it.qos) },
    { label: 'Options', cls: 'wide', cell: (it) => options(it) },
    { label: 'Identifier', cls: 'num wide', cell: (it) => it.identifier ?? h('span', { class: 'muted' }, '\u2013') },
  ].filter(Boolean)
}

function options(it) {
  const list = [it.noLocal && 'no local', it.retainAsPublished && 'retain as published', HANDLING[it.retainHandling]].filter(Boolean)
  return list.length > 0 ? list.join(', ') : h('span', { class: 'muted' }, '\u2013')
}

const HANDLING = [null, 'retained only if new', 'no retained']

function errors(list) {
  if (list.length === 0) return empty('check', 'No errors', 'What goes wrong with this client stands here.')
  return h('ol', { class: 'events' }, list.map((it) => h('li', {},
    h('time', { dateTime: it.time, title: moment(it.time) }, millis(it.time)),
    h('div', {}, raw(it.what, { max: 500 }), before(it.packets ?? [])))))
}

function before(list) {
  if (list.length === 0) return null
  return h('details', {}, h('summary', {}, `The last ${plural(list.length, 'packet')} of that connection`), recorded('Packets before the error', list))
}

function packets(list) {
  if (list.length === 0) return empty('log', 'No packets', 'The last packets of the connection stand here, unless it has ended with DISCONNECT or the flight recorder is off.')
  return recorded('Last packets', list)
}

function recorded(label, list) {
  return table(label, [
    { label: 'Time', cls: 'mono', cell: (it) => millis(it.time) },
    { label: 'Direction', cell: (it) => h('span', { class: `way ${it.direction}` }, it.direction === 'in' ? '\u2192 in' : '\u2190 out') },
    { label: 'Packet', cell: (it) => it.packet },
    { label: 'Bytes', cls: 'num', cell: (it) => count(it.bytes) },
  ], list)
}
