// The form that asks who one is.

import { logIn } from './api.js'
import { field, fill, h, icon, input } from './dom.js'

/** The form; calls `done` once the broker has agreed. */
export function loginForm(done) {
  const user = input({ name: 'user', autocomplete: 'username', required: true })
  const password = input({ name: 'password', type: 'password', autocomplete: 'current-password', required: true })
  const token = input({ name: 'token', type: 'password', autocomplete: 'off' })
  const problem = h('p', { class: 'form-problem', role: 'alert' })
  const submit = h('button', { class: 'button primary', type: 'submit' }, 'Log in')
  const names = h('div', { class: 'stack' }, field('User name', user), field('Password', password))
  const tokens = h('div', { class: 'stack', hidden: true }, field('Token', token, 'As it is in the file that admin.tokens names.'))
  const kinds = ['Password', 'Token'].map((label, i) =>
    h('button', { type: 'button', class: 'tab', 'aria-pressed': String(i === 0), onclick: () => choose(i) }, label))

  function choose(i) {
    kinds.forEach((it, k) => it.setAttribute('aria-pressed', String(k === i)))
    names.hidden = i === 1
    tokens.hidden = i === 0
    user.required = password.required = i === 0
    token.required = i === 1
    fill(problem)
    const first = i === 0 ? user : token
    first.focus()
  }

  async function submitted(event) {
    event.preventDefault()
    fill(problem)
    submit.disabled = true
    try {
      await logIn(tokens.hidden ? { user: user.value, password: password.value } : { token: token.value.trim() })
      done()
    } catch (error) {
      fill(problem, error.message)
      submit.disabled = false
    }
  }

  setTimeout(() => user.focus())
  return h('form', { class: 'login card', onsubmit: submitted },
    h('div', { class: 'login-head' }, icon('bird'), h('h1', {}, 'Log in to Godwit')),
    h('p', { class: 'muted' }, 'Users and tokens are in the block admin of the broker\u2019s configuration.'),
    h('div', { class: 'tabs', role: 'group', 'aria-label': 'How to log in' }, kinds),
    names, tokens, problem,
    h('div', { class: 'actions' }, submit),
    h('p', { class: 'muted small-print' }, 'Kept until this tab is closed.'))
}
