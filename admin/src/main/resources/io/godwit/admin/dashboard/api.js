// The HTTP API: requests, streams of events, and who is logged in.

const BASE = new URL('../api/v1/', import.meta.url)
const KEY = 'godwit.authorization'

/** How long a page that nobody sees keeps its streams; a browser has few connections for all its pages. */
const HIDDEN_MILLIS = 60_000

/** The longest event that is read, in characters. */
const LONGEST_EVENT = 4_000_000

/** What the broker answered instead of what was asked. `problems` are lines of a configuration that are wrong. */
export class ApiError extends Error {
  constructor(status, message, problems = []) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.problems = problems
    this.title =
      status === 0 ? 'The broker does not answer'
      : status === 403 ? 'Not allowed'
      : status === 404 ? 'Not found'
      : status === 503 ? 'The broker is busy'
      : 'That did not work'
  }
}

/** Who we are: `{user, role}`; null until the broker has said so. */
export const session = { me: null, onUnauthorized: () => {} }

const RANKS = { viewer: 1, operator: 2, admin: 3 }

/** Whether we have this role, or one that can do more. */
export const may = (role) => (RANKS[session.me?.role] ?? 0) >= RANKS[role]

const credentials = () => sessionStorage.getItem(KEY)

/** Whether this page has a password or token. */
export const isLoggedIn = () => credentials() !== null

export function logOut() {
  sessionStorage.removeItem(KEY)
  session.me = null
}

function base64(text) {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}

/** Logs in, and asks the broker whether it agrees; an ApiError if not. */
export async function logIn({ user, password, token }) {
  const authorization = token ? `Bearer ${token}` : `Basic ${base64(`${user}:${password}`)}`
  const response = await send('GET', 'me', { authorization })
  if (response.status === 401) throw new ApiError(401, token ? 'The broker does not know this token' : 'User name or password is wrong')
  session.me = await content(response)
  sessionStorage.setItem(KEY, authorization)
}

function url(path, params = {}) {
  const result = new URL(path, BASE)
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') result.searchParams.append(name, one)
    }
  }
  return result
}

/** A name as a segment of a path. */
export function segment(name) {
  if (name === '.' || name === '..' || name === '') {
    throw new ApiError(404, 'A path cannot name this client identifier; use godwit ctl, or the list')
  }
  return encodeURIComponent(name.toWellFormed?.() ?? name)
}

async function send(method, path, { params, body, signal, authorization = credentials() } = {}) {
  const headers = { Accept: 'application/json' }
  if (authorization) headers.Authorization = authorization
  if (method !== 'GET') headers['X-Godwit'] = '1'
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  try {
    return await fetch(url(path, params), {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit', // with it a browser would ask for a password in a window of its own
    })
  } catch (error) {
    if (error.name === 'AbortError') throw error
    throw new ApiError(0, 'It may have stopped, or the network is down.')
  }
}

async function content(response) {
  let object
  try {
    object = await response.json()
  } catch {
    object = {}
  }
  if (response.ok) return object
  throw new ApiError(response.status, object.error ?? `The answer was ${response.status}`, object.problems)
}

async function request(method, path, options) {
  const response = await send(method, path, options)
  if (response.status === 401) {
    session.onUnauthorized()
    throw new ApiError(401, 'Please log in')
  }
  return content(response)
}

export const get = (path, params, signal) => request('GET', path, { params, signal })
export const post = (path, body, signal) => request('POST', path, { body, signal })
export const put = (path, body) => request('PUT', path, { body })
export const remove = (path, { params, body } = {}) => request('DELETE', path, { params, body })

/**
 * Reads a stream of events (Server-Sent Events) until the signal aborts, and begins anew when it ends. It is read with
 * fetch, since EventSource can't send a password along.
 *
 * @param handlers by the names of events, called with their data; `state` with 'open', 'lost' or an ApiError
 */
export async function stream(path, params, signal, handlers) {
  let pause = 1000
  while (!signal.aborted) {
    const attempt = new AbortController()
    const stop = () => attempt.abort()
    signal.addEventListener('abort', stop)
    const unseen = whenUnseen(stop)
    try {
      const response = await send('GET', path, { params, signal: attempt.signal })
      if (response.status === 401) {
        session.onUnauthorized()
        return
      }
      if (!response.ok) await content(response)
      handlers.state?.('open')
      pause = 1000
      await read(response.body, handlers)
    } catch (error) {
      if (error.status >= 400 && error.status < 500) {
        handlers.state?.(error)
        return
      }
      if (error.name !== 'AbortError' && !(error instanceof ApiError) && !(error instanceof TypeError)) throw error
    } finally {
      signal.removeEventListener('abort', stop)
      unseen()
    }
    if (signal.aborted) return
    if (!document.hidden) handlers.state?.('lost')
    await untilSeen(pause, signal)
    pause = Math.min(pause * 2, 15_000)
  }
}

/** Calls it when the page has not been seen for a while; what is returned ends that. */
function whenUnseen(stop) {
  let timer
  const changed = () => {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(stop, HIDDEN_MILLIS)
  }
  document.addEventListener('visibilitychange', changed)
  changed()
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', changed)
  }
}

/** Waits for a time, and then until somebody sees the page. */
function untilSeen(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      document.removeEventListener('visibilitychange', seen)
      resolve()
    }
    const seen = () => {
      if (!document.hidden) done()
    }
    const timer = setTimeout(() => {
      if (!document.hidden) done()
      else document.addEventListener('visibilitychange', seen)
    }, milliseconds)
    signal.addEventListener('abort', done)
  })
}

async function read(body, handlers) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  let event = { name: 'message', data: [] }
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop()
    if (rest.length > LONGEST_EVENT) throw new TypeError('an event is too long')
    for (const line of lines) event = take(line.endsWith('\r') ? line.slice(0, -1) : line, event, handlers)
  }
}

// A mistake in what takes an event is reported, and is no reason to read the stream anew.
function give(handler, data) {
  try {
    handler?.(JSON.parse(data))
  } catch (error) {
    reportError(error)
  }
}

function take(line, event, handlers) {
  if (line === '') {
    if (event.data.length > 0) give(handlers[event.name], event.data.join('\n'))
    return { name: 'message', data: [] }
  }
  const colon = line.indexOf(':')
  const name = colon < 0 ? line : line.slice(0, colon)
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
  if (name === 'event') event.name = value
  else if (name === 'data') event.data.push(value)
  return event
}
