import { registerHooks } from 'node:module'

import * as z from 'zod'

import { serveSide } from '../serve-side.ts'

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

// The copy that is loaded first may be faster or slower, so the order is a parameter.
const suffixes = process.argv[3] === 'without-first' ? [mark, ''] : ['', mark]
const ports = new Map<string, number>()
for (const suffix of suffixes) ports.set(suffix, await load(suffix))
if (replaced === 0) throw new Error(`no module imported ${spans}`)
serveSide(ports.get('') ?? 0, { portWithout: () => ports.get(mark) ?? 0 })
