import { globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'

import { report } from './report.ts'
import { root } from './workspace.ts'

/** Maximum number of source files in a folder. Tests and fixtures do not count. */
const maxFilesPerFolder = 20

const isTest = /\.(test|test-d|contract|fixture)\.tsx?$|\/fixtures\//
const importOf =
  /^(?:import|export) (?:type )?(?:\* as \w+ |\{[^}]*\} |\w+ )?(?:from )?'(\.[^']+)'/gm

const sources = globSync('{libs,apps,tools}/*/{src,web/src}/**/*.{ts,tsx}', { cwd: root })
  .filter((path) => !isTest.test(path) && !path.startsWith('tools/interop/'))
  .toSorted()

const problems = [...crowdedFolders(), ...importCycles()]
report('structure', problems, `${sources.length} source files`)

function crowdedFolders(): string[] {
  const folders = Map.groupBy(sources, dirname)
  return Array.from(folders)
    .filter(([, files]) => files.length > maxFilesPerFolder)
    .map(([folder, files]) => `${folder} holds ${files.length} source files: divide it by subject`)
}

/** Returns the import cycles. Type-only imports count too, because such files belong together. */
function importCycles(): string[] {
  const imports = new Map(sources.map((path) => [path, importsOf(path)]))
  return stronglyConnected(imports)
    .filter((group) => group.length > 1)
    .map((group) => `files import one another: ${group.toSorted().join(', ')}`)
}

function importsOf(path: string): string[] {
  const text = readFileSync(resolve(root, path), 'utf8')
  return Array.from(text.matchAll(importOf), ([, specifier = '']) =>
    relative(root, resolve(root, dirname(path), specifier)),
  )
}

/** Returns the strongly connected components of a graph (Tarjan's algorithm). */
function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const indexes = new Map<string, number>()
  const lows = new Map<string, number>()
  const stack: string[] = []
  const groups: string[][] = []

  const connect = (node: string): void => {
    const index = indexes.size
    indexes.set(node, index)
    lows.set(node, index)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue
      if (!indexes.has(next)) connect(next)
      if (stack.includes(next)) {
        lows.set(node, Math.min(lows.get(node) ?? index, lows.get(next) ?? index))
      }
    }
    if (lows.get(node) === index) groups.push(stack.splice(stack.indexOf(node)))
  }

  for (const node of graph.keys()) if (!indexes.has(node)) connect(node)
  return groups
}
