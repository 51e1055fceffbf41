import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

import type { Variables } from '../config/expand-variables.ts'

export interface ConfigFilesOptions {
  /** Value of MCP_CONFIG. */
  readonly configured?: string | undefined
  /** Working folder. Default: that of this process. */
  readonly folder?: string | undefined
  /** Environment variables. Default: those of this process. */
  readonly variables?: Variables | undefined
}

/**
 * Returns the paths at which the MCP configuration file may be: the configured one, or `mcp.json` in the
 * working folder and in the configuration folder of the user. The first file that exists is used.
 */
export function configFiles(options: ConfigFilesOptions = {}): readonly string[] {
  const { configured, folder = process.cwd(), variables = process.env } = options
  if (configured !== undefined) return [resolve(folder, configured)]
  return [join(folder, 'mcp.json'), join(userFolder(variables), 'mcp', 'mcp.json')]
}

function userFolder(variables: Variables): string {
  const { XDG_CONFIG_HOME: xdg, APPDATA: appData } = variables
  if (xdg !== undefined && xdg !== '') return xdg
  if (process.platform === 'win32' && appData !== undefined) return appData
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  return join(homedir(), '.config')
}
