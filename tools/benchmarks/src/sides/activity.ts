import { join } from 'node:path'

import { createHub } from '@mcp/hub'
import { createLogger, listen } from '@mcp/node'
import { openStores, storeSettings } from '@mcp/store-file/settings'
import * as z from 'zod'

import { serveSide, startHalves } from './serve-side.ts'

const [folder = '.'] = process.argv.slice(2)
const onError = (error: unknown): void => console.error(error)

/**
 * Two hubs with their default stores in one process, so that both have the same machine code and heap: one
 * records activity, the other does not. The parameter is the folder of their stores. The command `portWithout` returns the port of the hub without activity.
 */
async function start(
  name: string,
  limits: { readonly maxActivityEntries?: number },
): Promise<number> {
  const config = z.object(storeSettings()).parse({})
  const stores = await openStores(join(folder, `${name}.db`), config, { onError })
  const hub = createHub({ stores, limits, onError })
  const log = createLogger({ name: 'bench', level: 'warn' })
  const service = hub.services.sessionManager
  const { url } = await listen({ service, port: 0, onError, log })
  return Number(new URL(url).port)
}

const ports = await startHalves({
  with: () => start('with', {}),
  without: () => start('without', { maxActivityEntries: 0 }),
})
serveSide(ports.with, { portWithout: () => ports.without })
