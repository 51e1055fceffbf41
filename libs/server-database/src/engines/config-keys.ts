import { didYouMean, McpError, nearNames } from '@mcp/protocol'

import type { DatabaseConfig } from './database-config.ts'

type Keys = { readonly [Config in DatabaseConfig as Config['engine']]: readonly (keyof Config)[] }

const common = ['name', 'engine', 'mode', 'description'] as const

const known: Keys = {
  pglite: [...common, 'folder'],
  sqlite: [...common, 'file'],
  postgres: [...common, 'url', 'maxConnections', 'allowSuperuser'],
  mysql: [...common, 'url', 'maxConnections', 'allowSuperuser'],
}

/**
 * Refuses what a server could only ignore, or confuse.
 *
 * @throws McpError `invalid-params`.
 */
export function checkConfigs(configs: readonly DatabaseConfig[]): void {
  const names = new Set<string>()
  if (configs.length === 0) throw wrong('databases: there is none; leave it out for one in memory')
  for (const [index, config] of configs.entries()) {
    const where = `databases[${index}]`
    const keys = new Map<string, readonly string[]>(Object.entries(known)).get(config.engine)
    if (keys === undefined) {
      throw wrong(`${where}.engine: "${config.engine}" is none of ${Object.keys(known).join(', ')}`)
    }
    for (const key of Object.keys(config)) {
      if (keys.includes(key)) continue
      throw wrong(
        `${where}: "${key}" is nothing that ${config.engine} can be told${didYouMean(nearNames(key, keys))}`,
      )
    }
    if (!/^[a-z][a-z0-9_-]{0,63}$/i.test(config.name)) {
      throw wrong(`${where}.name: must be letters, digits, - and _, the first a letter`)
    }
    if (config.mode !== undefined && !['read-only', 'data', 'admin'].includes(config.mode)) {
      throw wrong(`${where}.mode: "${config.mode}" is none of read-only, data, admin`)
    }
    if (names.has(config.name)) throw wrong(`${where}.name: "${config.name}" is taken`)
    names.add(config.name)
  }
}

const wrong = (message: string) => new McpError('invalid-params', message)
