import { hubConfig } from '@mcp/hub/settings'
import { readEnvironment } from '@mcp/node'
import { redisSettings } from '@mcp/store-redis/settings'
import * as z from 'zod'

import type { Migration } from '../../migrate/migrate-folder.ts'
import { usageError } from '../../output/exit-codes.ts'
import type { RemoteCommand } from '../run-remote.ts'

export const migrate: RemoteCommand = {
  name: 'migrate',
  usage: '--to <url>',
  description:
    'Copies the sessions, conversations, saved calls, keys and MCP servers of a data folder to Redis, so that clients continue there. Stop the hub first, and set MCP_SECRET, which seals keys and logins. The folder stays as it is, and an interrupted command can be repeated.',
  values: {
    to: 'URL of Redis, in place of REDIS_URL, such as redis://127.0.0.1:6379.',
    data: 'Data folder to copy, in place of MCP_DATA_DIR.',
  },
  flags: {
    'dry-run': 'Count what would be copied, and change nothing.',
    replace:
      'Delete the sessions that Redis has, and overwrite conversations, saved calls, keys and MCP servers.',
  },
  async run({ output, signal, values, flags }) {
    const { REDIS_URL, REDIS_CA_FILE } = readEnvironment(z.object(redisSettings()))
    const url = redisUrl(values['to'] ?? REDIS_URL)
    const { MCP_DATA_DIR, MCP_SECRET, MCP_CONFIG } = readEnvironment(
      hubConfig.pick({ MCP_DATA_DIR: true, MCP_SECRET: true, MCP_CONFIG: true }),
    )
    const { migrateFolder } = await import('../../migrate/migrate-folder.ts')
    const migration = await migrateFolder({
      data: values['data'] ?? MCP_DATA_DIR,
      url,
      caFile: REDIS_CA_FILE,
      secret: MCP_SECRET,
      configured: MCP_CONFIG,
      dryRun: flags.has('dry-run'),
      replace: flags.has('replace'),
      signal,
    })
    output.data(migration, () => describe(migration))
    for (const { name, reason } of migration.omitted)
      output.note(`Not copied: "${name}": ${reason}.`)
  },
}

function redisUrl(url: string | undefined): string {
  if (url === undefined) throw usageError('The URL of Redis is missing: set --to or REDIS_URL.')
  const parsed = redisSettings().REDIS_URL.safeParse(url)
  if (parsed.success && parsed.data !== undefined) return parsed.data
  // The message does not contain the URL, which may contain a password.
  throw usageError('"--to" must be a URL such as "redis://127.0.0.1:6379".')
}

function describe({ redis, dryRun, sessions, conversations, documents }: Migration): string {
  const lines: string[] = []
  if (sessions !== undefined) {
    const { counts, result, compared } = sessions
    const { endedSessions, responses, events, interactions } = counts
    const verb = { moved: 'Copied', 'already-moved': 'Copied before', 'not-moved': 'To copy' }
    lines.push(
      `${verb[result]}: ${counts.sessions} sessions, ${endedSessions} ended ones, ${responses} responses, ${events} events, ${interactions} interactions.`,
    )
    if (result === 'moved') {
      lines.push(`Compared with Redis at ${redis}: all counts, and ${compared} records.`)
    }
  }
  if (conversations !== undefined) {
    const { conversations: count, entries } = conversations
    lines.push(`${dryRun ? 'To copy' : 'Copied'}: ${count} conversations with ${entries} entries.`)
  }
  lines.push(
    `${dryRun ? 'To copy' : 'Copied'}: ${documents.documents} documents with saved calls, keys of models, added MCP servers, logins and approved tools.`,
  )
  return lines.join('\n')
}
