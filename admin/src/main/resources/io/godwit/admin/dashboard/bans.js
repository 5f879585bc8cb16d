// Who is kept out.

import { get, may, post, remove } from './api.js'
import { button, card, confirm, during, empty, field, fill, h, heading, input, raw, select, toast } from './dom.js'
import { duration, moment, plural } from './format.js'
import { pagedTable } from './table.js'

export const title = () => 'Bans'

const TIMES = [['3600', 'an hour'], ['43200', '12 hours'], ['86400', 'a day'], ['604800', 'a week'], ['', 'until it is lifted']]

export function show(main, params, signal) {
  const list = pagedTable({
    caption: 'Bans',
    signal,
    limit: 100,
    columns: [
      { label: 'Who', cell: (it) => target(it) },
      { label: 'Reason', cls: 'stretch', cell: (it) => it.reason ? raw(it.reason, { max: 200 }) : h('span', { class: 'muted' }, '\u2013') },
      { label: 'Ends', cell: (it) => it.until === null ? 'not by itself' : h('time', { dateTime: it.until, title: moment(it.until) }, `in ${duration((new Date(it.until) - Date.now()) / 1000)}`) },
      {
        label: 'Actions', hidden: true, cls: 'end', cell: (it) => may('operator') && button('Lift', (event) => during(event.currentTarget, async () => {
          if (!await confirm('Lift this ban?', target(it), 'Lift it', 'primary')) return
          await remove('bans', { body: Object.fromEntries(['address', 'user', 'client'].filter((key) => it[key] !== null && it[key] !== undefined).map((key) => [key, it[key]])) })
          toast('Lifted')
          await list.reload()
        }), { kind: 'small quiet' }),
      },
    ],
    async load({ after, limit }, abort) { // the API has them all at once
      const { bans } = await get('bans', {}, abort)
      const from = Number(after ?? 0)
      const next = from + limit
      return { rows: bans.slice(from, next), next: next < bans.length ? String(next) : null, total: bans.length }
    },
    none: () => empty('bans', 'Nobody is banned', 'Who guesses passwords or connects over and over may be banned by itself, if protection says so.'),
    every: () => 10,
  })
  main.append(heading('Bans', 'Who is kept out: by address, user or client identifier, or by several of them together.'))
  main.append(h('div', { class: may('operator') ? 'grid side-form' : '' }, list.element, may('operator') && form(params, () => list.reload())))
}

function target(it) {
  return h('span', { class: 'targets' }, ['address', 'user', 'client'].filter((key) => it[key] !== null && it[key] !== undefined)
    .map((key) => h('span', {}, h('small', { class: 'muted' }, `${key} `), raw(it[key], { max: 120, cls: 'raw mono' }))))
}

function form(params, done) {
  const client = input({ value: params.get('client') ?? '', placeholder: 'meter-*' })
  const user = input({ value: params.get('user') ?? '' })
  const address = input({ value: params.get('address') ?? '', placeholder: '192.0.2.0/24' })
  const time = select(TIMES, '43200')
  const reason = input({ placeholder: 'they are told' })
  const problem = h('p', { class: 'form-problem', role: 'alert' })
  const submit = h('button', { type: 'submit', class: 'button danger' }, 'Ban')
  return card('New ban', h('form', {
    class: 'stack',
    async onsubmit(event) {
      event.preventDefault()
      fill(problem)
      const body = Object.fromEntries(Object.entries({
        client: client.value, user: user.value, address: address.value, reason: reason.value,
        until: time.value && new Date(Date.now() + Number(time.value) * 1000).toISOString(),
      }).filter(([, it]) => it))
      if (!body.client && !body.user && !body.address) {
        fill(problem, 'Say whom: a client identifier, a user or an address.')
        return
      }
      submit.disabled = true
      try {
        const { disconnected } = await post('bans', body)
        toast(`Banned; ${plural(disconnected, 'client')} disconnected`)
        client.value = user.value = address.value = reason.value = ''
        await done()
      } catch (error) {
        fill(problem, raw(error.message, { max: 500 }))
      } finally {
        submit.disabled = false
      }
    },
  },
  field('Client identifier', client, 'Each * stands for any text.'), field('User', user), field('Address', address, 'One, or a range.'),
  field('For', time), field('Reason', reason), problem, h('div', { class: 'actions' }, submit)))
}
