import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

import type { Issue } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { isMisspellingOf } from './is-misspelling.ts'
import { settings } from './settings.ts'

/** The variables of an environment by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** One zod schema an app: a key for each variable it reads. */
export type EnvironmentSchema = z.ZodObject

export interface ReadEnvironmentOptions {
  /** Default: the process's own, over what a `.env` file in the working directory says. */
  env?: Environment | undefined
  /** Names that are no mistakes, besides the schema's. Default: those of {@link settings}. */
  known?: readonly string[] | undefined
  /** Told of variables that look like ours and do nothing. Default: do nothing. */
  onWarning?: ((message: string) => void) | undefined
}

/**
 * The settings an environment holds. An empty variable counts as one that is not set.
 *
 * @throws McpError `invalid-params` that lists every wrong value and every misspelt name.
 *
 * @example
 * const { CLIENT_PORT } = readEnvironment(z.object({ CLIENT_PORT: settings.CLIENT_PORT() }))
 */
export function readEnvironment<Schema extends EnvironmentSchema>(
  schema: Schema,
  options: ReadEnvironmentOptions = {},
): z.output<Schema> {
  const {
    env = processEnvironment(),
    known = Object.keys(settings),
    onWarning = () => {},
  } = options
  const ours = Object.keys(schema.shape)
  const names = new Set([...ours, ...known])
  const problems: Issue[] = []
  for (const name of Object.keys(env)) {
    if (names.has(name) || proxyNames.has(name.toUpperCase())) continue
    const meant = [...names].find((candidate) => isMisspellingOf(name, candidate))
    if (meant !== undefined) {
      problems.push({ path: [name], message: `is not a variable. Did you mean ${meant}?` })
    } else if (name.startsWith('MCP_')) {
      onWarning(`${name} is set, and no such variable is read.`)
    }
  }

  const given = Object.fromEntries(ours.map((name) => [name, valueOf(env, name)]))
  const parsed = schema.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0])
    problems.push({ path: [name], message: `is ${shown(name, env[name])}: ${issue.message}.` })
  }
  if (parsed.success && problems.length === 0) return parsed.data
  const lines = problems.map(({ path, message }) => `${path.join('.')} ${message}`)
  throw new McpError('invalid-params', `The environment is wrong. ${lines.join(' ')}`, {
    details: { issues: problems },
  })
}

/** Programs read these in small letters as well, and many machines set them so. */
const proxyNames: ReadonlySet<string> = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'])

function valueOf(env: Environment, name: string): string | undefined {
  const value = env[name] ?? (proxyNames.has(name) ? env[name.toLowerCase()] : undefined)
  return value?.trim() === '' ? undefined : value
}

/** One variable, for a reference page or a `.env.example`. */
export interface VariableDescription {
  readonly name: string
  readonly description: string
  /** As it would be written; absent where nothing is the default. */
  readonly default?: string
}

/** The variables of a schema, in its order. */
export function describeEnvironment(schema: EnvironmentSchema): VariableDescription[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const preset: unknown = z.safeParse(field, undefined).data
    const value = Array.isArray(preset) ? preset.join(',') : plainText(preset)
    const description = z.globalRegistry.get(field)?.description ?? ''
    return value === '' ? { name, description } : { name, description, default: value }
  })
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function processEnvironment(): Environment {
  return { ...environmentFile('.env'), ...process.env }
}

function environmentFile(path: string): Environment {
  if (!existsSync(path)) return {}
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new McpError('invalid-params', `The file ${path} is there and cannot be read.`, { cause })
  }
}

function shown(name: string, value: string | undefined): string {
  if (value === undefined) return 'not set'
  // A database's address has a password in it.
  return /KEY|TOKEN|SECRET|PASSWORD|DATABASE(?:_URL|S)$/.test(name)
    ? 'set'
    : `"${value.slice(0, 100)}"`
}
