import { createServer } from 'node:http'

import { createDispatcher } from '@mcp/dispatcher'
import { createNodeHandler } from '@mcp/node'
import { createAccess, parsePolicy, staticPolicy } from '@mcp/policy'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'

import { listenOnLoopback, serveSide, startHalves } from './serve-side.ts'

/**
 * A policy of 60 rules with a condition each, ten for each of six servers. The condition of a rule holds only
 * for its own target, so a request tries the rules of its server until its own one.
 */
const servers = ['tools', 'database', 'internet', 'roots', 'resources', 'prompts']
const rulesPerServer = 10
const conditions = [
  (target: string) => `target == '${target}' && params.a < 1000`,
  (target: string) => `target == '${target}' && principal.id != 'mallory'`,
  (target: string) => `target.startsWith('${target}') && (!has(params.max) || params.max <= 100)`,
  (target: string) => `target in ['${target}', 'other'] && !under(params.path, 'private')`,
]
const rules = servers.flatMap((server) =>
  Array.from({ length: rulesPerServer }, (_value, index) => {
    // The calculator is the target of the last rule of its server.
    const isLast = server === 'tools' && index === rulesPerServer - 1
    const target = isLast ? 'calculator' : `${server}-${index}`
    const where = conditions[isLast ? 0 : index % conditions.length]?.(target)
    return { server, target, where }
  }),
)
const policy = parsePolicy(
  JSON.stringify({
    default: 'deny',
    rules: rules.map(({ server, where }) => ({ server, where, effect: 'allow' })),
  }),
)

const hints = {
  readOnly: true,
  idempotent: true,
  destructive: false,
  openWorld: false,
  interactive: false,
}
const caller = { principal: 'ada', claims: { roles: ['analyst'], tenant: 'acme' } }
const params = { a: 2, b: 3, path: 'reports/today.txt' }
const requests = rules.map(({ server, target }) => ({
  subject: { server, operation: 'read', hints },
  args: { target, params },
}))

/** Decides `count` times about some requests, and returns the CPU time of one decision in nanoseconds. */
function decide(count: number, decided: typeof requests): number {
  const before = process.cpuUsage()
  let allowed = 0
  for (let index = 0; index < count; index++) {
    const request = decided[index % decided.length]
    if (request === undefined) continue
    if (policy.decide(caller, request.subject, request.args).effect === 'allow') allowed++
  }
  const { user, system } = process.cpuUsage(before)
  if (allowed !== count)
    throw new Error(`${count - allowed} of ${count} decisions were not "allow"`)
  return ((user + system) * 1000) / count
}

async function start(access?: ReturnType<typeof createAccess>): Promise<number> {
  const dispatcher = createDispatcher({ servers: [toolsServer()], access })
  const sessionManager = createSessionManager({ dispatcher })
  return listenOnLoopback(createServer(createNodeHandler(sessionManager)))
}

// Two session managers in one process, so that both have the same machine code and heap.
const ports = await startHalves({
  with: () => start(createAccess({ policy: staticPolicy(policy) })),
  without: () => start(),
})
serveSide(ports.with, {
  portWithout: () => ports.without,
  decide: (count) => decide(count, requests),
  // Each of these requests tries all ten rules of its server.
  decideLast: (count) =>
    decide(
      count,
      requests.filter((_request, index) => index % rulesPerServer === rulesPerServer - 1),
    ),
})
