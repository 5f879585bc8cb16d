// The topics that messages came on, as a tree of their levels, with a limit on what it holds.

import { number } from './payload.js'

/** How many levels are held; what comes beyond is counted. */
export const MOST_NODES = 10_000

/** How many values and rates are kept of each. */
const HISTORY = 40

/** How much of a payload is kept of each, in characters. */
const KEPT = 4096

/** A level of topics. `count` is of its own messages, `total` also of those below. */
function level(name, topic, parent) {
  return {
    name, topic, parent,
    depth: parent ? parent.depth + 1 : -1,
    children: new Map(), sorted: null,
    isOpen: false,
    count: 0, total: 0, before: 0, rate: 0,
    last: null, numbers: [], rates: [],
    isChanged: true, row: null,
  }
}

export class TopicTree {
  root = level('', '', null)
  nodes = 0
  messages = 0
  /** Messages on topics for which there was no room. */
  left = 0

  /** Takes a message as the API has it; its node, or null if there is no room. */
  add(message) {
    this.messages++
    const names = message.topic.split('/')
    let node = this.root
    for (let i = 0; i < names.length; i++) {
      let child = node.children.get(names[i])
      if (!child) {
        if (this.nodes >= MOST_NODES) {
          this.left++
          return null
        }
        child = level(names[i], names.slice(0, i + 1).join('/'), node)
        child.isOpen = child.depth < 2 && this.nodes < 120
        node.children.set(names[i], child)
        node.sorted = null
        this.nodes++
      }
      child.total++
      child.isChanged = true
      node = child
    }
    node.count++
    const value = number(message.text)
    if (value !== null) push(node.numbers, value)
    node.last = {
      ...message,
      text: message.text === null ? null : message.text.slice(0, KEPT),
      payload: message.payload.slice(0, KEPT),
      truncated: message.truncated || message.payload.length > KEPT,
    }
    return node
  }

  /** Counts messages that there were and that do not come. */
  leave(count) {
    this.messages += count
    this.left += count
  }

  /** Once a second: what came meanwhile becomes rates. */
  tick() {
    const visit = (node) => {
      for (const child of node.children.values()) {
        const came = child.total - child.before
        child.before = child.total
        const rate = child.rate * 0.7 + came * 0.3
        child.isChanged ||= Math.abs(rate - child.rate) > 0.005
        child.rate = rate < 0.01 ? 0 : rate
        push(child.rates, came)
        visit(child)
      }
    }
    visit(this.root)
  }

  /**
   * The nodes that are to be seen, from top to bottom, at most so many.
   *
   * @param search if not empty: only topics that hold it, opened as far as needed
   */
  visible(most, search) {
    const list = []
    const wanted = search.toLowerCase()
    const visit = (node) => {
      node.sorted ??= [...node.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
      for (const child of node.sorted) {
        if (list.length >= most) return
        if (wanted && !holds(child, wanted)) continue
        list.push(child)
        if (child.isOpen || wanted) visit(child)
      }
    }
    visit(this.root)
    return list
  }
}

/** Whether a topic at or below this one holds the text; names of topics hold those of the levels above. */
function holds(node, wanted) {
  if (node.topic.toLowerCase().includes(wanted)) return true
  for (const child of node.children.values()) if (holds(child, wanted)) return true
  return false
}

function push(list, value) {
  list.push(value)
  if (list.length > HISTORY) list.shift()
}
