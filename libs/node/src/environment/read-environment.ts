import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

import type { Issue } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import * as z from 'zod'

import { redactText } from '../logging/redact.ts'
import { isMisspellingOf } from './is-misspelling.ts'
import { settings } from './settings.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The zod schema of an app, with one key per environment variable that the app reads. */
export type EnvironmentSchema = z.ZodObject

export interface ReadEnvironmentOptions {
  /** Variables to read. Default: those of the process, and of `.env` if the process does not set them. */
  env?: Environment | undefined
  /** Names that are valid in addition to those of the schema. Default: the names of {@link settings}. */
  known?: readonly string[] | undefined
  /**
   * Whether to warn about known variables that the schema does not contain. Set it for a program that is the
   * whole system, such as the hub, because no other program reads these variables. Default: false.
   */
  warnsOfUnread?: boolean | undefined
  /** Receives a warning for each variable that is ignored. Default: do nothing. */
  onWarning?: ((message: string) => void) | undefined
}

/**
 * Reads settings from the environment. An empty variable counts as not set.
 *
 * @throws McpError `invalid-params` that lists every invalid value and every misspelt name, or if `.env`
 * cannot be read.
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
    warnsOfUnread = false,
    onWarning = () => {},
  } = options
  const ours = Object.keys(schema.shape)
  const names = new Set([...ours, ...known])
  const problems: Issue[] = []
  for (const name of warnsOfUnread ? known : []) {
    if (ours.includes(name) || valueOf(env, name) === undefined) continue
    onWarning(`${name} is set, but this program does not read it: ignored`)
  }
  for (const name of Object.keys(env)) {
    if (names.has(name) || proxyNames.has(name.toUpperCase())) continue
    // The SDK of OpenTelemetry reads many more variables with this prefix.
    if (name.startsWith('OTEL_')) continue
    const intended = [...names].find((candidate) => isMisspellingOf(name, candidate))
    if (intended !== undefined) {
      problems.push({ path: [name], message: `is not a known variable. Did you mean ${intended}?` })
    } else if (name.startsWith('MCP_')) {
      onWarning(`Unknown environment variable ${name}: ignored`)
    }
  }

  const input = Object.fromEntries(ours.map((name) => [name, valueOf(env, name)]))
  const parsed = schema.safeParse(input)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0])
    // The path of an issue is shown only for JSON. In a list separated by commas, it is only a position.
    const isJson = issue.path.length > 1 && /^\s*[[{]/.test(env[name] ?? '')
    const inside = isJson ? `${z.core.toDotPath(issue.path)}: ` : ''
    const message = `is ${display(name, env[name])}: ${inside}${issue.message}.`
    problems.push({ path: [name], message })
  }
  if (parsed.success && problems.length === 0) return parsed.data
  const lines = problems.map(({ path, message }) => `${path.join('.')} ${message}`)
  throw new McpError('invalid-params', `Invalid environment. ${lines.join(' ')}`, {
    details: { issues: problems },
  })
}

/** These variables are also read in lower case, because many machines set them in lower case. */
const proxyNames: ReadonlySet<string> = new Set(['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'])

function valueOf(env: Environment, name: string): string | undefined {
  const value = env[name] ?? (proxyNames.has(name) ? env[name.toLowerCase()] : undefined)
  return value?.trim() === '' ? undefined : value
}

/** The description of one variable, for the reference and `.env.example`. */
export interface VariableDescription {
  readonly name: string
  readonly description: string
  /** The default as it is written in the environment. Absent if there is no default. */
  readonly default?: string
}

/** Describes the variables of a schema in the order of its keys, without those that are marked as `hidden`. */
export function describeEnvironment(schema: EnvironmentSchema): VariableDescription[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const fallback: unknown = z.safeParse(field, undefined).data
    const value = Array.isArray(fallback) ? fallback.join(',') : plainText(fallback)
    const { description = '', hidden } = z.globalRegistry.get(field) ?? {}
    if (hidden === true) return []
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
    throw new McpError('invalid-params', `Cannot read the file ${path}.`, { cause })
  }
}

function display(name: string, value: string | undefined): string {
  if (value === undefined) return 'not set'
  // Values of these variables must not be shown. The URL of a database or a Redis may contain a password. Any
  // other URL, such as that of a proxy, is shown without it.
  return /KEY|TOKEN|SECRET|PASSWORD|DATABASE(?:_URL|S)$|REDIS_URL$/.test(name)
    ? 'set'
    : `"${redactText(value).slice(0, 100)}"`
}
