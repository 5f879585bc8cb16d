// MQTT.js, driven line by line; ProcessLibrary says how the lines look.
'use strict'

const fs = require('node:fs')
const readline = require('node:readline')
const mqtt = require('mqtt')

// The transport (mqtt, ws or wss), and a file with the authority of the broker's certificate.
const [transport = 'mqtt', authority] = process.argv.slice(2)

const connections = new Map()

function say(...fields) {
    process.stdout.write(fields.join('\t') + '\n')
}

/** The key=value fields of a command. */
class Fields {
    constructor(values) {
        this.pairs = values.map((value) => {
            const equals = value.indexOf('=')
            return [value.slice(0, equals), value.slice(equals + 1)]
        })
    }

    all(key) {
        return this.pairs.filter(([name]) => name === key).map(([, value]) => value)
    }

    text(key) {
        return this.all(key)[0]
    }

    number(key) {
        const text = this.text(key)
        return text === undefined ? undefined : Number(text)
    }
}

function messageProperties(fields, prefix) {
    const properties = {}
    const set = (name, value) => {
        if (value !== undefined) properties[name] = value
    }
    const correlation = fields.text(prefix + 'correlation')
    const format = fields.number(prefix + 'format')
    set('contentType', fields.text(prefix + 'content-type'))
    set('responseTopic', fields.text(prefix + 'response-topic'))
    set('correlationData', correlation === undefined ? undefined : Buffer.from(correlation, 'hex'))
    set('payloadFormatIndicator', format === undefined ? undefined : format === 1)
    set('messageExpiryInterval', fields.number(prefix + 'message-expiry'))
    set('willDelayInterval', fields.number(prefix + 'delay'))
    set('topicAlias', fields.number(prefix + 'alias'))
    for (const user of fields.all(prefix + 'user')) {
        properties.userProperties ??= {}
        const colon = user.indexOf(':')
        const name = user.slice(0, colon)
        const values = properties.userProperties[name] ?? []
        properties.userProperties[name] = [...values, user.slice(colon + 1)]
    }
    return properties
}

function propertyFields(properties = {}) {
    const fields = []
    for (const [name, values] of Object.entries(properties.userProperties ?? {})) {
        for (const value of [values].flat()) fields.push(`user=${name}:${value}`)
    }
    const add = (key, value) => {
        if (value !== undefined) fields.push(`${key}=${value}`)
    }
    const format = properties.payloadFormatIndicator
    add('content-type', properties.contentType)
    add('response-topic', properties.responseTopic)
    add('correlation', properties.correlationData?.toString('hex'))
    add('format', format === undefined ? undefined : Number(format))
    add('message-expiry', properties.messageExpiryInterval)
    for (const id of [properties.subscriptionIdentifier ?? []].flat()) add('subscription-id', id)
    return fields
}

function connectOptions(fields) {
    const version = fields.number('version')
    const options = {
        host: fields.text('host'),
        hostname: fields.text('host'),
        port: fields.number('port'),
        protocol: transport,
        path: '/mqtt',
        protocolVersion: version,
        protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
        clientId: fields.text('id'),
        clean: fields.number('clean') === 1,
        reconnectPeriod: 0,
    }
    if (authority !== undefined) options.ca = fs.readFileSync(authority)
    if (version === 5) {
        options.properties = {}
        const set = (name, value) => {
            if (value !== undefined) options.properties[name] = value
        }
        set('sessionExpiryInterval', fields.number('expiry'))
        set('receiveMaximum', fields.number('receive-maximum'))
        set('maximumPacketSize', fields.number('maximum-packet-size'))
        set('topicAliasMaximum', fields.number('topic-alias-maximum'))
    }
    if (fields.text('will-topic') !== undefined) {
        options.will = {
            topic: fields.text('will-topic'),
            payload: Buffer.from(fields.text('will-payload'), 'hex'),
            qos: fields.number('will-qos'),
            retain: fields.number('will-retain') === 1,
        }
        if (version === 5) options.will.properties = messageProperties(fields, 'will-')
    }
    return options
}

class Connection {
    constructor(number) {
        this.number = number
        this.leaving = false
        this.reason = 0
        this.why = ''
    }

    connect(fields) {
        this.v5 = fields.number('version') === 5
        this.client = mqtt.connect(connectOptions(fields))
        this.client.on('message', (topic, payload, packet) => {
            say(
                'message',
                this.number,
                `topic=${topic}`,
                `payload=${payload.toString('hex')}`,
                `qos=${packet.qos}`,
                `retain=${packet.retain ? 1 : 0}`,
                ...propertyFields(packet.properties),
            )
        })
        // The callback of publish() is not told of 0x10, No matching subscribers.
        this.client.on('packetreceive', (packet) => {
            if (packet.cmd === 'puback') this.published = packet.reasonCode
        })
        this.client.on('disconnect', (packet) => {
            this.reason = packet.reasonCode
            this.why = packet.properties?.reasonString ?? ''
        })
        return new Promise((resolve, reject) => {
            this.client.on('error', reject)
            this.client.on('close', () => {
                reject(new Error('the connection was closed'))
                if (!this.leaving) {
                    say('lost', this.number, `code=${this.reason}`, `why=${this.why}`)
                }
            })
            this.client.on('connect', (connack) => {
                const answer = [`present=${connack.sessionPresent ? 1 : 0}`]
                const assigned = connack.properties?.assignedClientIdentifier
                if (assigned !== undefined) answer.push(`assigned=${assigned}`)
                resolve(answer)
            })
        })
    }

    async subscribe(fields) {
        const options = { qos: fields.number('qos') }
        if (this.v5) {
            options.nl = fields.number('no-local') === 1
            options.rap = fields.number('retain-as-published') === 1
            options.rh = fields.number('retain-handling') ?? 0
            const id = fields.number('subscription-id')
            if (id !== undefined) options.properties = { subscriptionIdentifier: id }
        }
        return new Promise((resolve, reject) => {
            this.client.subscribe(fields.text('filter'), options, (error, granted, packet) => {
                if (error) reject(error)
                else resolve([`code=${packet.granted[0]}`])
            })
        })
    }

    async unsubscribe(fields) {
        await this.client.unsubscribeAsync(fields.text('filter'))
        return []
    }

    async publish(fields) {
        const options = {
            qos: fields.number('qos'),
            retain: fields.number('retain') === 1,
        }
        if (this.v5) options.properties = messageProperties(fields, '')
        const payload = Buffer.from(fields.text('payload'), 'hex')
        this.published = 0
        await this.client.publishAsync(fields.text('topic'), payload, options)
        return [`code=${this.published ?? 0}`]
    }

    async disconnect(fields) {
        this.leaving = true
        const expiry = fields.number('expiry')
        const properties = expiry === undefined ? {} : { sessionExpiryInterval: expiry }
        await this.client.endAsync(false, this.v5 ? { properties } : {})
        return []
    }

    async close(fields) {
        if (!this.leaving) await this.client.endAsync(true)
        this.leaving = true
        return []
    }
}

async function obey(line) {
    const [word, number, ...values] = line.split('\t')
    try {
        if (word === 'connect') connections.set(number, new Connection(number))
        const answer = await connections.get(number)[word](new Fields(values))
        if (word === 'close') connections.delete(number)
        say('ok', number, ...answer)
    } catch (error) {
        say('failed', number, `why=${error.message}`)
    }
}

async function main() {
    say('ready', '0')
    for await (const line of readline.createInterface({ input: process.stdin })) await obey(line)
    process.exit(0)
}

main()
