import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import { isMissing, makeFolderSync } from '@mcp/files'
import * as z from 'zod'

import type { StoredSubscription, SubscriptionStore } from './subscription-store.ts'

/**
 * The file is rewritten when more than this number of its lines, and more than half of them, are outdated.
 */
const maxOutdated = 1000
// Only the owner can read the file, because the id of a session grants access to the session.
const options = { mode: 0o600 } as const

const lineSchema = z.tuple([z.enum(['+', '-']), z.string(), z.enum(['uri', 'pattern']), z.string()])

/**
 * Creates a store in a file to which each change is appended. One process at a time may use the file.
 * The file and its folder are created when the first subscription is added.
 *
 * @example
 * resourcesServer({ subscriptionStore: createFileSubscriptions('.data/subscriptions.jsonl') })
 */
export function createFileSubscriptions(file: string): SubscriptionStore {
  const current = new Map<string, StoredSubscription>()
  let lines = 0

  function apply(sign: '+' | '-', subscription: StoredSubscription): string {
    const key = keyOf(subscription)
    if (sign === '+') current.set(key, subscription)
    else current.delete(key)
    return `["${sign}",${key}]\n`
  }

  function rewrite(): void {
    const text = Array.from(current.keys(), (key) => `["+",${key}]\n`).join('')
    writeFileSync(`${file}.new`, text, options)
    renameSync(`${file}.new`, file)
    lines = current.size
  }

  function append(line: string): void {
    if (lines === 0) makeFolderSync(dirname(file))
    appendFileSync(file, line, options)
    lines++
    if (lines - current.size > Math.max(maxOutdated, lines / 2)) rewrite()
  }

  return {
    load() {
      for (const line of readLines(file)) {
        lines++
        const [sign, sessionId, type, value] = parseLine(line) ?? []
        if (sign !== undefined && sessionId !== undefined && type !== undefined) {
          apply(sign, { sessionId, target: { type, value: value ?? '' } })
        }
      }
      if (lines > current.size) rewrite()
      return [...current.values()]
    },
    add(subscription) {
      if (!current.has(keyOf(subscription))) append(apply('+', subscription))
    },
    remove(subscription) {
      if (current.has(keyOf(subscription))) append(apply('-', subscription))
    },
  }
}

function keyOf({ sessionId, target: { type, value } }: StoredSubscription): string {
  return [sessionId, type, value].map((each) => JSON.stringify(each)).join(',')
}

function readLines(file: string): string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines
  } catch (thrown) {
    if (isMissing(thrown)) return []
    throw thrown
  }
}

/** Returns `undefined` for a line that a killed process has not completed. */
function parseLine(line: string): z.output<typeof lineSchema> | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
