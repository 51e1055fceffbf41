import { globSync, readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'

import { report } from './report.ts'
import type { Package } from './workspace.ts'
import { readPackages, root } from './workspace.ts'

/** The layers in order. A package may import packages of earlier layers. */
const layers = ['protocol', 'foundation', 'core', 'session', 'adapter', 'host', 'app', 'tool']

/** Packages of these layers never import one another. */
const closed = new Set(['core', 'adapter', 'app'])

const importStatement =
  /^(?:import|export) (?:type )?(?:(?:\* as \w+|\{[^}]*\}|\w+) from )?'(@mcp\/[a-z-]+)/gm
const resolved = /^[^*/\n]*import\.meta\.resolve\('(@mcp\/[a-z-]+)/gm

const packages = readPackages()
const byName = new Map(packages.map((each) => [each.name, each]))
const problems = packages.flatMap((each) => [...checkLayer(each), ...checkImports(each)])
report('layers', problems, `${packages.length} packages`)

function checkLayer(from: Package): string[] {
  if (from.layer === undefined || !layers.includes(from.layer)) {
    return [`${from.name} has no tag "layer:…" of ${layers.join(', ')}`]
  }
  return from.dependencies.flatMap((name) => {
    const to = byName.get(name)
    return to === undefined || mayImport(from, to)
      ? []
      : [`${from.name} (${from.layer}) depends on ${name} (${to.layer})`]
  })
}

function mayImport(from: Package, to: Package): boolean {
  const difference = layers.indexOf(from.layer ?? '') - layers.indexOf(to.layer ?? '')
  return difference > 0 || (difference === 0 && !closed.has(from.layer ?? ''))
}

/**
 * Checks that each import is a declared dependency. npm hoists packages in the workspace, so a missing
 * declaration would fail only when a consumer installs the package.
 */
function checkImports({ folder, name, layer, dependencies, devDependencies }: Package): string[] {
  const inTests = new Set([name, ...dependencies, ...devDependencies])
  // Tools are not published, so all of their dependencies are development dependencies.
  const declared = layer === 'tool' ? inTests : new Set([name, ...dependencies])
  return globSync('{src,web/src}/**/*.{ts,tsx}', { cwd: folder }).flatMap((file) => {
    // The page is published as a bundle that contains its dependencies.
    const isTest = /\.(test|test-d|contract)\.ts$|testing\.ts$|\/fixtures\/|^web\//.test(file)
    const allowed = isTest ? inTests : declared
    return workspaceImports(readFileSync(resolve(folder, file), 'utf8'))
      .filter((imported) => !allowed.has(imported))
      .map((imported) => `${relative(root, resolve(folder, file))} imports ${imported}, undeclared`)
  })
}

function workspaceImports(source: string): string[] {
  return [importStatement, resolved].flatMap((pattern) =>
    Array.from(source.matchAll(pattern), ([, specifier = '']) => specifier),
  )
}
