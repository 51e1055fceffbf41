import { join } from 'node:path'

import { createHub } from '@mcp/hub'
import { createLogger, listen } from '@mcp/node'
import { openStores, storeSettings } from '@mcp/store-file/settings'
import * as z from 'zod'

import { serveSide } from './serve-side.ts'

const [folder = '.'] = process.argv.slice(2)
const onError = (error: unknown): void => console.error(error)

/**
 * Two hubs with their default stores in one process, so that both have the same machine code and heap: the
 * first records activity, the second does not. The parameter is the folder of their stores. The command
 * `portWithout` returns the port of the second.
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

const portWithout = await start('without', { maxActivityEntries: 0 })
serveSide(await start('with', {}), { portWithout: () => portWithout })
