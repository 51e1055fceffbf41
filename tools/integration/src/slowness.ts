import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

/** Time that an idle machine takes to start a service that only prints its help. */
const idleHelpMs = 500

/** Returns how many times as long a program takes to start as on an idle machine, at least 1. */
export function slowness(): number {
  const app = resolve(import.meta.dirname, '../../../apps/tools-server/src/main.ts')
  const startedAt = performance.now()
  spawnSync(process.execPath, ['--conditions=@mcp/source', app, '--help'])
  return Math.max(1, (performance.now() - startedAt) / idleHelpMs)
}
