// The configuration as it is in force, what another one would change, and the backup.

import { get, may, post } from './api.js'
import { badge, button, card, confirm, during, empty, failure, field, fill, h, heading, input, raw, toast } from './dom.js'
import { bytes, count, plural } from './format.js'
import { table } from './table.js'

export const title = () => 'Configuration'

export async function show(main, params, signal) {
  main.append(heading('Configuration', 'What is in force, and what a change would do before it is made.'))
  if (!may('admin')) {
    main.append(empty('lock', 'Only for admins', 'The role admin may read the configuration, plan, reload and back up.'))
    return
  }
  const place = h('div', {})
  main.append(place)
  let shown
  let file = null
  try {
    const answer = await get('configuration', {}, signal)
    file = answer.file
    shown = textCard(file, answer.text)
  } catch (error) {
    if (error.status !== 409) throw error
    shown = card('In force', empty('configuration', 'It is in no file', error.message)) // a program has made it
  }
  fill(place, planCard(file), shown, backupCard())
}

function textCard(file, text) {
  const lines = text.split('\n')
  return card('In force', h('p', { class: 'muted' }, file ? raw(file, { max: 500, cls: 'raw mono' }) : 'The broker was started without a file.', ' Secrets are shown as ***.'),
    text.trim() === ''
      ? empty('configuration', 'Everything is as by default', 'docs/godwit.conf of the distribution has all keys.')
      : h('div', { class: 'code scroll', tabIndex: 0, role: 'region', 'aria-label': 'The configuration' },
          h('ol', {}, lines.map((line) => h('li', {}, line === '' ? '\n' : colored(line))))))
}

/** A line of HOCON with its comment set apart. */
function colored(line) {
  const comment = line.match(/^(\s*)((?:#|\/\/).*)$/)
  if (comment) return h('span', { class: 'comment' }, raw(line, { max: 2000, lines: true, cls: '' }))
  const pair = line.match(/^(\s*)([\w.-]+)(\s*[={:].*)$/)
  if (!pair) return raw(line, { max: 2000, lines: true, cls: '' })
  return h('span', {}, pair[1], h('span', { class: 'key' }, pair[2]), raw(pair[3], { max: 2000, lines: true, cls: '' }))
}

function planCard(file) {
  const answer = h('div', { class: 'answer', 'aria-live': 'polite' })
  const path = input({ value: file ?? '', placeholder: '/etc/godwit/new.conf' })
  const text = h('textarea', { rows: 8, spellcheck: false, class: 'mono', placeholder: 'listeners { tcp { port = 1883 } }' })
  const plan = async (element, body) => during(element, async () => {
    try {
      fill(answer, changes(await post('plan', body), 'would'))
    } catch (error) {
      fill(answer, failure(error))
    }
  })
  const reload = button('Reload', (event) => during(event.currentTarget, async () => {
    const is = await confirm('Reload the configuration?', h('p', {}, 'It is read again, with all files that it names. If anything in it is wrong, nothing changes. Plan it first to see whom it disconnects.'), 'Reload', 'primary')
    if (!is) return
    try {
      const done = await post('reload', {})
      fill(answer, changes(done, 'did'))
      toast(`Reloaded: ${plural(done.changes.length, 'change')}`)
    } catch (error) {
      fill(answer, failure(error))
    }
  }), { kind: 'primary' })
  return card('Plan and reload',
    h('div', { class: 'stack' },
      h('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); plan(event.submitter, { file: path.value }) } },
        field('File on the broker\u2019s machine', path), h('button', { type: 'submit', class: 'button' }, 'Plan'), reload),
      h('details', {}, h('summary', {}, 'Plan a text'),
        h('form', { class: 'stack', onsubmit: (event) => { event.preventDefault(); plan(event.submitter, { text: text.value }) } },
          field('Configuration', text, 'A whole configuration, with its secrets. It is only read, and not kept.'),
          h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'button' }, 'Plan')))),
      answer))
}

function changes(plan, verb) {
  if (plan.changes.length === 0) return empty('check', verb === 'did' ? 'Nothing has changed' : 'It would change nothing')
  return [
    h('p', {}, verb === 'did' ? 'It disconnected ' : 'It would disconnect ', h('b', {}, plural(plan.disconnects, 'client')),
      ' and revoke ', h('b', {}, plural(plan.revokes, 'subscription')), '.'),
    table('Changes', [
      { label: 'Key', cell: (it) => raw(it.key, { max: 200, cls: 'raw mono' }) },
      { label: 'Before', cell: (it) => raw(it.before, { max: 300, cls: 'raw mono' }) },
      { label: 'After', cell: (it) => raw(it.after, { max: 300, cls: 'raw mono' }) },
      { label: 'When', cell: (it) => it.live ? badge('live', 'good') : badge('needs a restart', 'warn') },
    ], plan.changes),
  ]
}

function backupCard() {
  const directory = input({ placeholder: '/var/backups/godwit/monday', required: true })
  const says = h('div', { role: 'status' })
  return card('Backup', h('form', {
    class: 'row',
    onsubmit(event) {
      event.preventDefault()
      during(event.submitter, async () => {
        try {
          const made = await post('backup', { directory: directory.value })
          fill(says, h('p', {}, raw(made.directory, { cls: 'raw mono' }), ` has ${count(made.files)} files, ${bytes(made.bytes)}; it took ${count(made.milliseconds)} ms.`))
        } catch (error) {
          fill(says, failure(error))
        }
      })
    },
  }, field('New directory on the broker\u2019s machine', directory), h('button', { type: 'submit', class: 'button' }, 'Back up')), says)
}
