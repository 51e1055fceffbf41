import { createHash } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { slotOf } from './clients/slot-map.ts'
import * as conversationScripts from './conversations/conversation-scripts.ts'
import type { SentCommand } from './fixtures/record-commands.ts'
import { recordCommands } from './fixtures/record-commands.ts'
import type { RunningCluster } from './fixtures/start-redis-cluster.ts'
import { startRedisCluster } from './fixtures/start-redis-cluster.ts'
import { isRedisMissing } from './fixtures/start-redis.ts'
import { useConversations, useStores } from './fixtures/use-everything.ts'
import * as counterScripts from './scripts/counter-scripts.ts'
import * as documentScripts from './scripts/document-scripts.ts'
import * as eventScripts from './scripts/event-scripts.ts'
import * as interactionScripts from './scripts/interaction-scripts.ts'
import * as leaseScripts from './scripts/lease-scripts.ts'
import * as responseScripts from './scripts/response-scripts.ts'
import * as sessionScripts from './scripts/session-scripts.ts'

const prefix = 'slots:'

const scripts = {
  ...conversationScripts,
  ...documentScripts,
  ...leaseScripts,
  ...counterScripts,
  ...eventScripts,
  ...interactionScripts,
  ...responseScripts,
  ...sessionScripts,
}
/** Parts of several scripts. */
const parts = new Set(['readTime', 'responseFunctions', 'eventFunctions'])
const nameOf = new Map(
  Object.entries(scripts)
    .filter(([name]) => !parts.has(name))
    .map(([name, script]) => [createHash('sha1').update(script).digest('hex'), name]),
)

interface Run {
  readonly name: string
  readonly keys: string[]
}

/** Name of a script whose text Redis did not know yet: `MONITOR` escapes it. */
const first = 'first run'

/** Groups commands by the script that ran them. Its keys are those that it was given, and those that it used. */
function groupByScript(commands: readonly SentCommand[]): Run[] {
  const runs: Run[] = []
  for (const [command = '', ...args] of commands) {
    const name = command.toLowerCase()
    if (name.startsWith('eval')) runs.push({ name: nameOf.get(args[0] ?? '') ?? first, keys: [] })
    if (!/^(?:eval|lua (?!publish))/.test(name)) continue
    const keys = args.filter((arg) => arg.startsWith(prefix) && /[{]|:counter:|:document/.test(arg))
    // The start of all keys of the conversations is an argument too.
    runs.at(-1)?.keys.push(...keys.filter((key) => !key.endsWith('}:')))
  }
  return runs
}

describe.skipIf(isRedisMissing())('scripts', () => {
  let cluster: RunningCluster
  beforeAll(async () => {
    // One server also runs a script for sessions of several slots, because it has all of them.
    cluster = await startRedisCluster()
  }, 60_000)
  afterAll(() => cluster.kill())

  it('use the keys of one slot only', async () => {
    const recorder = await recordCommands(
      cluster.nodes.map(({ port }) => port),
      { hasScriptCommands: true },
    )
    const commands = await recorder.sentDuring(async () => {
      await useStores(cluster.url, { prefix })
      await useConversations(cluster.url, { prefix })
    })
    recorder.close()
    const runs = groupByScript(commands)
    const used = new Set(runs.map(({ name }) => name).filter((name) => name !== first))
    expect(Array.from(used).toSorted()).toEqual(Array.from(nameOf.values()).toSorted())
    for (const { name, keys } of runs) {
      expect([name, new Set(keys.map((key) => slotOf(key))).size]).toEqual([name, 1])
    }
  }, 60_000)
})
