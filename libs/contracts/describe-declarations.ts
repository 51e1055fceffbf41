import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { Contract } from '@mcp/protocol'

const dist = resolve(import.meta.dirname, 'dist')
const names = [
  'database',
  'internet',
  'prompts',
  'resources',
  'roots',
  'sampling',
  'tools',
] as const

/**
 * Adds the description of each operation as a comment to the built declarations, so that editors show
 * it. In the sources, a comment would repeat the description.
 */
for (const name of names) {
  const file = resolve(dist, `${name}.d.ts`)
  const module: Readonly<Record<string, Contract | undefined>> = await import(
    resolve(dist, `${name}.js`)
  )
  const undescribed = new Map(Object.entries(module[name]?.operations ?? {}))
  const described = readFileSync(file, 'utf8').replaceAll(
    /^( +)(\w+): (?=\w*\.?Operation<)/gm,
    (line, indent: string, key: string) => {
      const operation = undescribed.get(key)
      undescribed.delete(key)
      return operation === undefined ? line : `${indent}/** ${operation.description} */\n${line}`
    },
  )
  if (undescribed.size > 0) {
    throw new Error(`${file} has no declaration of ${Array.from(undescribed.keys()).join(', ')}.`)
  }
  writeFileSync(file, described)
}
