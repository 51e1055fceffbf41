import { resolve } from 'node:path'

import type { Check, Checks, Revision } from './suite.ts'
import { runProgram, scoredScenarios } from './suite.ts'

const program = resolve(import.meta.dirname, 'client-main.ts')

/** Returns the scored scenarios for clients. */
export function clientScenarios(revision: Revision): readonly string[] {
  return scoredScenarios(revision, 'client')
}

/** Runs the official suite against the connections to upstream servers. */
export async function runClientSuite(revision: Revision): Promise<Checks> {
  const checks = new Map<string, readonly Check[]>()
  const command = `${process.execPath} --conditions=@mcp/source ${program}`
  for (const scenario of clientScenarios(revision)) {
    const args = ['--command', command, '--scenario', scenario, '--spec-version', revision]
    const run = await runProgram('client', args)
    checks.set(scenario, Array.from(run.values()).flat())
  }
  return checks
}
