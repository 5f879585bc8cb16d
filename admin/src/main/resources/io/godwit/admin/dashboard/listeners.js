// Where clients come in.

import { get } from './api.js'
import { badge, button, empty, h, heading, raw } from './dom.js'
import { count } from './format.js'
import { pagedTable } from './table.js'

export const title = () => 'Listeners'

const KINDS = new Map(Object.entries({ tcp: 'TCP', tls: 'TLS', ws: 'WebSocket', wss: 'WebSocket over TLS', unix: 'Unix socket', 'mqtt-sn': 'MQTT-SN' }))

export function show(main, params, signal) {
  const list = pagedTable({
    caption: 'Listeners',
    signal,
    limit: 1000,
    columns: [
      { label: 'Name', cell: (it) => h('strong', {}, raw(it.name, { max: 80 })) },
      { label: 'Kind', cell: (it) => h('span', {}, KINDS.get(it.type) ?? raw(it.type, { max: 20 }), ' ', (it.type === 'tls' || it.type === 'wss') && badge('encrypted', 'good')) },
      { label: 'Where', cls: 'mono', cell: (it) => raw(where(it), { max: 200, cls: 'raw mono' }) },
      { label: 'Connections', cls: 'num', cell: (it) => count(it.connections) },
    ],
    async load(_, abort) {
      return { rows: (await get('listeners', {}, abort)).listeners, next: null }
    },
    none: () => empty('listeners', 'There is no listener', 'The block listeners of the configuration has them.'),
    every: () => 5,
  })
  main.append(heading('Listeners', 'Where clients come in.', button('Refresh', () => list.refresh())), list.element)
}

function where({ type, address, port, path }) {
  if (type === 'unix') return path ?? address
  const host = address.includes(':') ? `[${address}]` : address
  return `${host}:${port}${path ?? ''}`
}
