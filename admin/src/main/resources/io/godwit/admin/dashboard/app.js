// The frame around the pages: which one is shown, the menu, the colours, and the login.

import { get, isLoggedIn, logOut, session } from './api.js'
import { redraw } from './charts.js'
import { badge, button, failure, fill, h, icon, plain, raw } from './dom.js'
import { duration } from './format.js'
import { loginForm } from './login.js'
import * as overview from './overview.js'
import { onStats, start, stats, stop } from './stats.js'

// Pages are modules with `title` and `show(main, params, signal)`; all but the first are loaded when they are opened.
const PAGES = [
  ['Now', [
    ['', 'Overview', 'overview', async () => overview],
    ['clients', 'Clients', 'clients', () => import('./clients.js')],
    ['subscriptions', 'Subscriptions', 'subscriptions', () => import('./subscriptions.js')],
    ['retained', 'Retained', 'retained', () => import('./retained.js')],
    ['topics', 'Topics', 'topics', () => import('./topics.js')],
  ]],
  ['Ask', [
    ['websocket', 'WebSocket client', 'websocket', () => import('./websocket.js')],
    ['explain', 'Explain', 'explain', () => import('./explain.js')],
    ['log', 'Log', 'log', () => import('./log.js')],
  ]],
  ['Run', [
    ['listeners', 'Listeners', 'listeners', () => import('./listeners.js')],
    ['certificates', 'Certificates', 'certificates', () => import('./certificates.js')],
    ['bans', 'Bans', 'bans', () => import('./bans.js')],
    ['configuration', 'Configuration', 'configuration', () => import('./configuration.js')],
  ]],
]

// Pages that stand behind others: path, the one that is marked in the menu, and the module.
const BEHIND = { client: ['clients', () => import('./client.js')] }

const main = document.getElementById('main')
const nav = document.getElementById('nav')
const menu = document.getElementById('menu')
const pulse = h('span', { class: 'pulse' }, h('i', {}), h('span', {}, 'connecting'))
const version = h('span', { class: 'muted' })
const who = h('div', { class: 'who' })
const theme = h('button', { type: 'button', class: 'button quiet', onclick: switchTheme })
const links = new Map()
let page = new AbortController()

function buildNav() {
  const groups = PAGES.map(([title, pages]) =>
    h('div', { class: 'nav-group' }, h('h2', {}, title), h('ul', {}, pages.map(([path, label, symbol]) => {
      const link = h('a', { href: `#/${path}` }, icon(symbol), h('span', {}, label))
      links.set(path, link)
      return h('li', {}, link)
    }))))
  fill(nav, groups, h('div', { class: 'side-foot' }, pulse, version, who, theme))
  menu.addEventListener('click', () => openMenu(menu.getAttribute('aria-expanded') !== 'true'))
  nav.addEventListener('click', (event) => { if (event.target.closest('a')) openMenu(false) })
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.getAttribute('aria-expanded') === 'true') {
      openMenu(false)
      menu.focus()
    }
  })
}

function openMenu(isOpen) {
  menu.setAttribute('aria-expanded', String(isOpen))
  nav.classList.toggle('open', isOpen)
}

/** Where the hash leads: `#/client?id=a` is the page client with the parameter id. */
function route() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  return { path, params: new URLSearchParams(query) }
}

async function show(isFirst = false) {
  page.abort()
  page = new AbortController()
  const { signal } = page
  const { path, params } = route()
  const behind = Object.hasOwn(BEHIND, path) ? BEHIND[path] : null
  const entry = PAGES.flatMap(([, pages]) => pages).find(([name]) => name === path)
  for (const [name, link] of links) {
    if (name === (behind?.[0] ?? path)) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  if (!behind && !entry) {
    fill(main, failure({ title: 'There is no such page', message: `#/${path}` }))
    return
  }
  let module
  try {
    module = await (behind ? behind[1]() : entry[3]())
  } catch {
    // A browser may remember that a module did not come; only a new page asks again.
    if (!signal.aborted) fill(main, failure({ title: 'The broker does not answer', message: 'This page could not be loaded.' }, () => location.reload()))
    return
  }
  if (signal.aborted) return
  try {
    document.title = `${module.title(params, plain)} \u2013 Godwit`
    main.replaceChildren()
    await module.show(main, params, signal)
  } catch (error) {
    if (signal.aborted || error.name === 'AbortError' || error.status === 401) return
    if (!('status' in error)) reportError(error)
    main.append(failure(error, () => show()))
  }
  if (!isFirst && !signal.aborted) {
    window.scrollTo(0, 0)
    main.querySelector('h1')?.focus({ preventScroll: true })
  }
}

function askToLogIn() {
  page.abort()
  page = new AbortController()
  stop()
  document.body.classList.add('locked')
  document.title = 'Log in \u2013 Godwit'
  fill(main, loginForm(begin))
}

function isDark() {
  const chosen = document.documentElement.dataset.theme
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
}

function showTheme() {
  fill(theme, icon(isDark() ? 'sun' : 'moon'), isDark() ? 'Light' : 'Dark')
  theme.setAttribute('aria-label', isDark() ? 'Switch to light colours' : 'Switch to dark colours')
}

function switchTheme() {
  const next = isDark() ? 'light' : 'dark'
  document.documentElement.dataset.theme = next
  localStorage.setItem('godwit.theme', next)
  showTheme()
  redraw()
}

function showWho() {
  const { user, role } = session.me
  fill(who,
    h('span', {}, user === null ? 'Anonymous' : raw(user, { max: 30 })), badge(role),
    isLoggedIn() && button('Log out', () => { logOut(); begin() }, { kind: 'quiet small' }))
}

function showPulse({ state, last }) {
  const text = state === 'open' ? (last ? `up ${duration(last.uptime)}` : 'connected')
    : state === 'lost' ? 'not connected' : state === 'waiting' ? 'connecting' : 'no statistics'
  pulse.className = `pulse ${state === 'open' ? 'good' : state === 'waiting' ? '' : 'bad'}`
  if (pulse.lastChild.textContent !== text) pulse.lastChild.textContent = text
  document.body.classList.toggle('lost', state === 'lost')
  if (last && version.textContent === '') version.append('Godwit ', raw(last.version, { max: 40 }))
}

/** Asks who we are, and shows the page that the address names. */
async function begin() {
  try {
    session.me = await get('me')
  } catch (error) {
    if (error.status !== 401) fill(main, failure(error, begin))
    return
  }
  document.body.classList.remove('locked')
  showWho()
  start()
  show(true)
}

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault() // the hash is the page's address
  main.focus()
})
addEventListener('hashchange', () => { if (session.me) show() })
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { showTheme(); redraw() })
session.onUnauthorized = () => {
  logOut()
  askToLogIn()
}
buildNav()
showTheme()
onStats(new AbortController().signal, showPulse)
showPulse(stats)
begin()
