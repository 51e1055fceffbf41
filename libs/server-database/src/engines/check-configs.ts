import { didYouMean, McpError, nearNames } from '@mcp/protocol'
import * as z from 'zod'

import type { CommonConfig, EngineDefinition } from './engine-definition.ts'

/** A database with the definition of its engine. */
export interface ConfiguredDatabase<Config extends CommonConfig = CommonConfig> {
  readonly config: Config
  readonly definition: EngineDefinition<Config>
}

/**
 * Validates the configurations and finds the engine of each database.
 *
 * @throws McpError `invalid-params` for an unknown engine or key, an invalid value, or a name used twice.
 */
export function checkConfigs<Config extends CommonConfig>(
  configs: readonly Config[],
  engines: readonly EngineDefinition<Config>[],
): readonly ConfiguredDatabase<Config>[] {
  if (configs.length === 0) {
    throw invalid('databases: must not be empty. Omit it for one temporary database.')
  }
  const names = new Set<string>()
  return configs.map((config, index) => {
    const path = `databases[${index}]`
    const definition = engines.find(({ name }) => name === config.engine)
    if (definition === undefined) {
      const known = engines.map(({ name }) => name).join(', ')
      throw invalid(`${path}.engine: unknown engine "${config.engine}". Known: ${known}.`)
    }
    checkConfig(path, config, definition)
    if (names.has(config.name)) {
      throw invalid(`${path}.name: duplicate name "${config.name}".`)
    }
    names.add(config.name)
    return { config, definition }
  })
}

function checkConfig(
  path: string,
  config: CommonConfig,
  { name, configSchema }: Pick<EngineDefinition, 'name' | 'configSchema'>,
): void {
  const schema = configSchema()
  const { error } = schema.safeParse(config)
  if (error === undefined) return
  const keys = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  for (const key of Object.keys(config)) {
    if (keys.length === 0 || keys.includes(key)) continue
    throw invalid(
      `${path}: unknown key "${key}" for the engine ${name}${didYouMean(nearNames(key, keys))}`,
    )
  }
  const [issue] = error.issues
  const key = issue?.path.map(String).join('.') ?? ''
  throw invalid(`${path}${key === '' ? '' : `.${key}`}: ${issue?.message ?? error.message}`)
}

const invalid = (message: string) => new McpError('invalid-params', message)
