import { isRecord, McpError } from '@mcp/protocol/light'

import { exitCodeOf, exitCodes } from '../output/exit-codes.ts'
import { stateFolder, writeState } from '../remote/state-folder.ts'
import type { Check } from './doctor-check.ts'
import { serverChecks } from './doctor-server.ts'
import type { RemoteCommand } from './run-remote.ts'

const checks: readonly Check[] = [
  {
    name: 'name',
    remedy: 'Correct the host name in --url or MCP_URL.',
    async run({ url }) {
      const { hostname } = new URL(url)
      const { lookup } = await import('node:dns/promises')
      const { address } = await lookup(hostname.replace(/^\[|\]$/g, ''))
      return `${hostname} is ${address}`
    },
  },
  {
    name: 'port',
    remedy: 'Start the hub with "mcp start", or set --url or MCP_URL to its client app.',
    async run(connection, signal) {
      await (await connection.send('GET', '/health', { signal })).text()
      return new URL(connection.url).origin
    },
  },
  {
    name: 'version',
    remedy: 'Use the client app of a hub with the same version as this command.',
    async run(connection, signal) {
      const document = await connection.json('GET', '/openapi.json', { signal })
      const info = isRecord(document) ? document['info'] : undefined
      const version = isRecord(info) ? info['version'] : undefined
      if (version !== '1.0') throw new McpError('unsupported-version', 'Not a hub of version 1.0.')
      return version
    },
  },
  {
    name: 'health',
    remedy: 'Read the log of the hub. "mcp servers" shows the health of each server.',
    async run(connection, signal) {
      const ready = await connection.json('GET', '/ready', { signal })
      return isRecord(ready) ? String(ready['status']) : 'unknown'
    },
  },
  {
    name: 'key',
    remedy: 'Set MCP_TOKEN to one of the tokens in MCP_TOKENS of the hub.',
    async run(connection, signal) {
      await connection.json('GET', '/servers', { signal })
      return connection.token === undefined ? 'none is needed' : 'accepted'
    },
  },
  {
    name: 'model',
    remedy: 'Set LLM_API_URL and LLM_API_KEY of the hub.',
    async run(connection, signal) {
      const health = await connection.json('GET', '/health', { signal })
      const llm = isRecord(health) ? health['llm'] : undefined
      return isRecord(llm) ? String(llm['label']) : 'unknown'
    },
  },
  {
    name: 'session',
    remedy: 'Read the log of the hub. A full session store refuses new sessions.',
    async run(connection, signal) {
      const session = await connection.json('POST', '/sessions', { value: {}, signal })
      const id = isRecord(session) ? String(session['sessionId']) : ''
      const headers = { 'x-session-id': id }
      await connection.json('DELETE', '/sessions/current', { headers, signal })
      return 'opened and closed'
    },
  },
  {
    name: 'write rights',
    remedy: 'Make the folder writable, or set XDG_STATE_HOME to another one.',
    async run() {
      writeState('doctor', '')
      return stateFolder()
    },
  },
]

export const doctor: RemoteCommand = {
  name: 'doctor',
  usage: '[server]',
  description:
    'Checks the connection with the hub, and with one of its servers, and prints a remedy for the first problem.',
  maxWords: 1,
  async run({ connect, words: [server], output, signal }) {
    const connection = await connect()
    const found: { check: string; state: 'ok' | 'failed' | 'skipped'; detail: string }[] = []
    let code: number = exitCodes.done
    const all = server === undefined ? checks : [...checks, ...serverChecks(server)]
    for (const { name, run, remedy } of all) {
      if (code !== exitCodes.done) {
        found.push({ check: name, state: 'skipped', detail: '' })
        continue
      }
      try {
        found.push({ check: name, state: 'ok', detail: await run(connection, signal) })
      } catch (thrown) {
        signal.throwIfAborted()
        const message = thrown instanceof Error ? thrown.message : String(thrown)
        code = McpError.is(thrown) ? exitCodeOf(thrown.toBody()) : exitCodes.failed
        if (name === 'name') code = exitCodes.unreachable
        found.push({ check: name, state: 'failed', detail: `${message} ${remedy}` })
      }
    }
    const rows = found.map(({ check, state, detail }) => [check, state, detail])
    output.table(['check', 'state', 'detail'], rows, found)
    return code
  },
}
