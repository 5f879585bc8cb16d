// MQTT 5.0 over WebSocket, as far as a person at a keyboard needs it. Every packet is told to who watches, with its bytes.

export const TYPES = [
  '', 'CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP',
  'SUBSCRIBE', 'SUBACK', 'UNSUBSCRIBE', 'UNSUBACK', 'PINGREQ', 'PINGRESP', 'DISCONNECT', 'AUTH',
]

const REASONS = {
  0x00: 'success', 0x01: 'granted QoS 1', 0x02: 'granted QoS 2', 0x04: 'disconnect with will', 0x10: 'no matching subscribers',
  0x11: 'no subscription existed', 0x80: 'unspecified error', 0x81: 'malformed packet', 0x82: 'protocol error',
  0x83: 'implementation specific error', 0x84: 'unsupported protocol version', 0x85: 'client identifier not valid',
  0x86: 'bad user name or password', 0x87: 'not authorized', 0x88: 'server unavailable', 0x89: 'server busy', 0x8a: 'banned',
  0x8b: 'server shutting down', 0x8c: 'bad authentication method', 0x8d: 'keep alive timeout', 0x8e: 'session taken over',
  0x8f: 'topic filter invalid', 0x90: 'topic name invalid', 0x91: 'packet identifier in use', 0x92: 'packet identifier not found',
  0x93: 'receive maximum exceeded', 0x94: 'topic alias invalid', 0x95: 'packet too large', 0x96: 'message rate too high',
  0x97: 'quota exceeded', 0x98: 'administrative action', 0x99: 'payload format invalid', 0x9a: 'retain not supported',
  0x9b: 'QoS not supported', 0x9c: 'use another server', 0x9d: 'server moved', 0x9e: 'shared subscriptions not supported',
  0x9f: 'connection rate exceeded', 0xa0: 'maximum connect time', 0xa1: 'subscription identifiers not supported',
  0xa2: 'wildcard subscriptions not supported',
}

/** A reason code in words: `0x87 not authorized`. */
export const reason = (code) => `0x${code.toString(16).padStart(2, '0')} ${REASONS[code] ?? 'unknown reason'}`

// Properties: identifier, name, and how the value is encoded.
const PROPERTIES = [
  [0x01, 'payloadFormatIndicator', 'byte'], [0x02, 'messageExpiryInterval', 'four'], [0x03, 'contentType', 'text'],
  [0x08, 'responseTopic', 'text'], [0x09, 'correlationData', 'binary'], [0x0b, 'subscriptionIdentifier', 'variable'],
  [0x11, 'sessionExpiryInterval', 'four'], [0x12, 'assignedClientIdentifier', 'text'], [0x13, 'serverKeepAlive', 'two'],
  [0x15, 'authenticationMethod', 'text'], [0x16, 'authenticationData', 'binary'], [0x17, 'requestProblemInformation', 'byte'],
  [0x18, 'willDelayInterval', 'four'], [0x19, 'requestResponseInformation', 'byte'], [0x1a, 'responseInformation', 'text'],
  [0x1c, 'serverReference', 'text'], [0x1f, 'reasonString', 'text'], [0x21, 'receiveMaximum', 'two'],
  [0x22, 'topicAliasMaximum', 'two'], [0x23, 'topicAlias', 'two'], [0x24, 'maximumQos', 'byte'], [0x25, 'retainAvailable', 'byte'],
  [0x26, 'userProperties', 'pair'], [0x27, 'maximumPacketSize', 'four'], [0x28, 'wildcardSubscriptionAvailable', 'byte'],
  [0x29, 'subscriptionIdentifierAvailable', 'byte'], [0x2a, 'sharedSubscriptionAvailable', 'byte'],
]
const BY_ID = new Map(PROPERTIES.map((it) => [it[0], it]))

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Writes the fields of a packet one after the other. */
class Writer {
  #bytes = []

  byte(value) { this.#bytes.push(value & 0xff); return this }
  two(value) { return this.byte(value >> 8).byte(value) }
  four(value) { return this.two(value >>> 16).two(value & 0xffff) }

  variable(value) {
    do {
      const rest = Math.floor(value / 128)
      this.byte((value % 128) | (rest > 0 ? 0x80 : 0))
      value = rest
    } while (value > 0)
    return this
  }

  raw(bytes) {
    for (const byte of bytes) this.#bytes.push(byte)
    return this
  }

  binary(bytes) {
    if (bytes.length > 65_535) throw new RangeError('a name or property may have 65,535 bytes')
    return this.two(bytes.length).raw(bytes)
  }

  text(text) { return this.binary(encoder.encode(text)) }
  pair([name, value]) { return this.text(name).text(value) }

  properties(values = {}) {
    const fields = new Writer()
    for (const [id, name, kind] of PROPERTIES) {
      const value = values[name]
      if (value === undefined || value === null || value === '') continue
      for (const one of name === 'userProperties' ? value : [value]) fields.byte(id)[kind](one)
    }
    return this.variable(fields.#bytes.length).raw(fields.#bytes)
  }

  packet(first) {
    const head = new Writer().byte(first).variable(this.#bytes.length)
    return Uint8Array.from([...head.#bytes, ...this.#bytes])
  }
}

/** Reads the fields of a packet one after the other. */
class Reader {
  #view
  #at = 0

  constructor(bytes) { this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }

  get left() { return this.#view.byteLength - this.#at }
  byte() { return this.#view.getUint8(this.#at++) }
  two() { this.#at += 2; return this.#view.getUint16(this.#at - 2) }
  four() { this.#at += 4; return this.#view.getUint32(this.#at - 4) }

  variable() {
    let value = 0
    for (let factor = 1; factor <= 128 ** 3; factor *= 128) {
      const next = this.byte()
      value += (next & 0x7f) * factor
      if (next < 0x80) return value
    }
    throw new RangeError('a length has more than four bytes')
  }

  raw(length) {
    if (length > this.left) throw new RangeError('a packet ends too early')
    this.#at += length
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at - length, length)
  }

  binary() { return this.raw(this.two()) }
  text() { return decoder.decode(this.binary()) }
  pair() { return [this.text(), this.text()] }

  properties() {
    const values = {}
    const fields = new Reader(this.raw(this.variable()))
    while (fields.left > 0) {
      const property = BY_ID.get(fields.byte())
      if (!property) throw new RangeError('a property is unknown')
      const [, name, kind] = property
      if (kind === 'pair' || name === 'subscriptionIdentifier') (values[name] ??= []).push(fields[kind]())
      else values[name] = fields[kind]()
    }
    return values
  }
}

/**
 * A connection to a broker. It does not connect again by itself.
 *
 * Handlers: `open(connack)`, `close(text)` once, `message({topic, payload, qos, retain, dup, properties})`,
 * `packet({direction: 'in' | 'out', type, bytes, detail})`.
 */
export class Client {
  #socket
  #handlers
  #options
  #buffer = new Uint8Array(0)
  #nextId = 1
  #waiting = new Map() // of packets that are acknowledged: by identifier, what to do then
  #received = new Set() // identifiers of QoS 2 messages that are not released
  #timer
  #said = null
  #heard = true

  constructor(url, options, handlers) {
    this.#handlers = handlers
    this.#options = options
    this.#socket = new WebSocket(url, 'mqtt')
    this.#socket.binaryType = 'arraybuffer'
    this.#socket.onopen = () => this.#connect()
    this.#socket.onmessage = ({ data }) => this.#take(new Uint8Array(data))
    this.#socket.onclose = ({ code, wasClean }) => this.#closed(code, wasClean)
  }

  #connect() {
    const { clientId, user, password, cleanStart, keepAlive, sessionExpiry, will } = this.#options
    let flags = cleanStart ? 0x02 : 0
    if (will) flags |= 0x04 | (will.qos << 3) | (will.retain ? 0x20 : 0)
    if (password) flags |= 0x40
    if (user) flags |= 0x80
    const body = new Writer().text('MQTT').byte(5).byte(flags).two(keepAlive)
      .properties({ sessionExpiryInterval: sessionExpiry || undefined, receiveMaximum: 1000 }).text(clientId)
    if (will) body.properties({ willDelayInterval: will.delay || undefined }).text(will.topic).binary(will.payload)
    if (user) body.text(user)
    if (password) body.text(password)
    this.#send(1, 0, body, `as ${clientId || '(to be assigned)'}`)
  }

  /** Sends PUBLISH; the promise has the reason code, 0 for QoS 0. */
  publish({ topic, payload, qos, retain, properties }) {
    const body = new Writer().text(topic)
    const done = qos === 0 ? Promise.resolve(0) : this.#acknowledged(body)
    this.#send(3, (qos << 1) | (retain ? 1 : 0), body.properties(properties).raw(payload), topic)
    return done
  }

  /** Sends SUBSCRIBE; the promise has the reason code. */
  subscribe({ filter, qos, noLocal = false, retainAsPublished = true, retainHandling = 0 }) {
    const body = new Writer()
    const done = this.#acknowledged(body)
    const options = qos | (noLocal ? 0x04 : 0) | (retainAsPublished ? 0x08 : 0) | (retainHandling << 4)
    this.#send(8, 2, body.properties().text(filter).byte(options), filter)
    return done
  }

  /** Sends UNSUBSCRIBE; the promise has the reason code. */
  unsubscribe(filter) {
    const body = new Writer()
    const done = this.#acknowledged(body)
    this.#send(10, 2, body.properties().text(filter), filter)
    return done
  }

  /** Sends DISCONNECT, with or without the will, and closes. */
  end(withWill = false) {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#send(14, 0, withWill ? new Writer().byte(0x04) : new Writer(), withWill ? 'with will' : '')
    }
    this.#said ??= withWill ? 'disconnected, with will' : 'disconnected'
    this.#socket.close()
  }

  #acknowledged(body) {
    if (this.#waiting.size >= 1000) throw new RangeError('1,000 packets are not acknowledged yet')
    while (this.#waiting.has(this.#nextId)) this.#nextId = (this.#nextId % 65_535) + 1
    const id = this.#nextId
    this.#nextId = (id % 65_535) + 1
    body.two(id)
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  #send(type, flags, body, detail) {
    const bytes = body.packet((type << 4) | flags)
    this.#socket.send(bytes)
    this.#handlers.packet?.({ direction: 'out', type: TYPES[type], bytes: bytes.length, detail })
  }

  #take(bytes) {
    this.#heard = true
    const all = new Uint8Array(this.#buffer.length + bytes.length)
    all.set(this.#buffer)
    all.set(bytes, this.#buffer.length)
    let from = 0
    try {
      for (;;) {
        const length = frame(all.subarray(from))
        if (length === null) break
        this.#receive(all.slice(from, from + length))
        from += length
      }
    } catch (error) {
      this.#said ??= `the broker sent what can't be read: ${error.message}`
      this.#socket.close()
    }
    this.#buffer = all.slice(from)
  }

  #receive(bytes) {
    const type = bytes[0] >> 4
    const reader = new Reader(bytes)
    reader.byte()
    reader.variable()
    const tell = (detail = '') => this.#handlers.packet?.({ direction: 'in', type: TYPES[type], bytes: bytes.length, detail })
    if (type === 2) this.#connack(reader, tell)
    else if (type === 3) this.#message(bytes[0], reader, tell)
    else if (type >= 4 && type <= 7) this.#acknowledge(type, reader, tell)
    else if (type === 9 || type === 11) {
      const id = reader.two()
      reader.properties()
      const code = reader.byte()
      tell(`${id}: ${reason(code)}`)
      this.#settle(id, code)
    } else if (type === 14) {
      const code = reader.left > 0 ? reader.byte() : 0
      const properties = reader.left > 0 ? reader.properties() : {}
      tell(reason(code))
      this.#said = `disconnected by the broker: ${reason(code)}${properties.reasonString ? `: ${properties.reasonString}` : ''}`
    } else tell()
  }

  #connack(reader, tell) {
    const isPresent = (reader.byte() & 1) === 1
    const code = reader.byte()
    const properties = reader.properties()
    tell(reason(code))
    if (code !== 0) {
      this.#said = `refused: ${reason(code)}${properties.reasonString ? `: ${properties.reasonString}` : ''}`
      return
    }
    const keepAlive = properties.serverKeepAlive ?? this.#options.keepAlive
    if (keepAlive > 0) this.#timer = setInterval(() => this.#ping(), keepAlive * 500)
    this.#handlers.open?.({ isPresent, properties, clientId: properties.assignedClientIdentifier ?? this.#options.clientId })
  }

  #ping() {
    if (!this.#heard) {
      this.#said ??= 'the broker does not answer'
      this.#socket.close()
      return
    }
    this.#heard = false
    this.#send(12, 0, new Writer())
  }

  #message(first, reader, tell) {
    const qos = (first >> 1) & 3
    const topic = reader.text()
    const id = qos > 0 ? reader.two() : 0
    const properties = reader.properties()
    tell(topic)
    const isNew = qos < 2 || !this.#received.has(id)
    if (qos === 1) this.#send(4, 0, new Writer().two(id), String(id))
    if (qos === 2) {
      this.#received.add(id)
      this.#send(5, 0, new Writer().two(id), String(id))
    }
    if (isNew) {
      this.#handlers.message?.({
        topic, qos, properties, payload: reader.raw(reader.left).slice(), retain: (first & 1) === 1, dup: (first & 8) === 8,
      })
    }
  }

  #acknowledge(type, reader, tell) {
    const id = reader.two()
    const code = reader.left > 0 ? reader.byte() : 0
    tell(`${id}: ${reason(code)}`)
    if (type === 5 && code < 0x80) this.#send(6, 2, new Writer().two(id), String(id))
    else if (type === 6) {
      const isKnown = this.#received.delete(id)
      this.#send(7, 0, isKnown ? new Writer().two(id) : new Writer().two(id).byte(0x92), String(id))
    } else this.#settle(id, code)
  }

  #settle(id, code) {
    this.#waiting.get(id)?.resolve(code)
    this.#waiting.delete(id)
  }

  #closed(code, wasClean) {
    clearInterval(this.#timer)
    const text = this.#said ?? (wasClean
      ? `the connection was closed (${code})`
      : 'no connection: is the listener there, and may pages of this origin connect (allowed-origins)?')
    for (const { reject } of this.#waiting.values()) reject(new Error(text))
    this.#waiting.clear()
    this.#handlers.close?.(text)
  }
}

/** The length of the packet at the beginning; null if not all of it is there. */
function frame(bytes) {
  let length = 0
  for (let i = 1; i < Math.min(bytes.length, 5); i++) {
    length += (bytes[i] & 0x7f) * 128 ** (i - 1)
    if (bytes[i] < 0x80) return bytes.length >= i + 1 + length ? i + 1 + length : null
  }
  if (bytes.length >= 5) throw new RangeError('a length has more than four bytes')
  return null
}
