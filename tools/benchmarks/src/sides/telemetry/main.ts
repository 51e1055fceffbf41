import { registerHooks } from 'node:module'

import * as z from 'zod'

import { serveSide, startHalves } from '../serve-side.ts'

/**
 * Two session managers in one process, each with its own copy of all modules of this workspace. In the first,
 * telemetry is wired and off, because no tracer is registered. In the copy with the mark, the module of spans
 * is replaced by functions that do nothing, as if no library had telemetry.
 */
const mark = '?without-telemetry'
const spans = '/libs/telemetry/src/tracing/spans.ts'
let replaced = 0

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    const isCopied = context.parentURL?.endsWith(mark) === true && found.url.startsWith('file:')
    if (!isCopied || found.url.includes('/node_modules/')) return found
    if (!found.url.endsWith(spans)) return { ...found, url: `${found.url}${mark}` }
    replaced++
    return { ...found, url: new URL(`no-spans.ts${mark}`, import.meta.url).href }
  },
})

async function load(suffix: string): Promise<number> {
  const loaded: unknown = await import(new URL(`manager.ts${suffix}`, import.meta.url).href)
  return z.object({ port: z.number() }).parse(loaded).port
}

const ports = await startHalves({ with: () => load(''), without: () => load(mark) })
if (replaced === 0) throw new Error(`no module imported ${spans}`)
serveSide(ports.with, { portWithout: () => ports.without })
