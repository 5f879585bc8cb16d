// The certificates that listeners show, and when they end.

import { get } from './api.js'
import { badge, empty, h, heading, raw } from './dom.js'
import { moment, plural } from './format.js'
import { pagedTable } from './table.js'

export const title = () => 'Certificates'

export function show(main, params, signal) {
  const list = pagedTable({
    caption: 'Certificates',
    signal,
    limit: 1000,
    columns: [
      { label: 'Listener', cell: (it) => raw(it.listener, { max: 80 }) },
      { label: 'Subject', cell: (it) => h('strong', {}, raw(it.subject, { max: 200 })) },
      { label: 'Names', cls: 'wide', cell: (it) => h('span', {}, it.names.map((name, i) => [i > 0 && ', ', raw(name, { max: 100, cls: 'raw mono' })])) },
      { label: 'Issued by', cls: 'wide', cell: (it) => raw(it.issuer, { max: 200 }) },
      { label: 'Valid until', cell: (it) => h('time', { dateTime: it.notAfter, title: `from ${moment(it.notBefore)}` }, moment(it.notAfter)) },
      { label: 'Left', cls: 'num', cell: (it) => left(it.daysLeft) },
    ],
    async load(_, abort) {
      return { rows: (await get('certificates', {}, abort)).certificates, next: null }
    },
    none: () => empty('certificates', 'No listener has a certificate', 'Listeners with a block tls do; godwit cert dev makes certificates for a first try.'),
  })
  main.append(heading('Certificates', 'What listeners show to clients. New files are taken by a reload; nobody is disconnected for it.'), list.element)
}

function left(days) {
  if (days < 0) return badge('expired', 'bad')
  return badge(plural(Math.floor(days), 'day'), days <= 7 ? 'bad' : days <= 30 ? 'warn' : 'good')
}
