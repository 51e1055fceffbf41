import { createCatalogue, formatViews } from '@mcp/bridge'
import { createHub } from '@mcp/hub'

import { parseOptions } from './parse-options.ts'
import { exitWithUsageError } from './usage-error.ts'

const help = `mcp views
Prints each view of the hub with its path, and the number of its tools and their tokens.
`

/** Prints the views on the tools of the hub. */
export async function views(parameters: readonly string[]): Promise<void> {
  const parsed = parseOptions(parameters, [])
  if ('problem' in parsed) exitWithUsageError(parsed.problem, 'views')
  if (parsed.rest.length > 0) {
    process.stdout.write(help)
    return
  }
  // The descriptions need no data folder.
  const hub = createHub()
  try {
    process.stdout.write(`${formatViews(createCatalogue(await hub.dispatcher.servers()))}\n`)
  } finally {
    await hub.close()
  }
}
