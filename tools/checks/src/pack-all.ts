import { mkdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

import { packPackages, tarballOf } from './pack-packages.ts'
import { readPublishedPackages, root } from './workspace.ts'

/** The packages to import for each use. Their dependencies are added. */
const uses: Readonly<Record<string, readonly string[]>> = {
  'messages and contracts': ['protocol'],
  'the typed client': ['client'],
  'a server of your own': ['server', 'testing'],
  'a dispatcher with tools in your app': ['dispatcher', 'server-tools', 'node'],
  'a session manager in your app': [
    'session-manager',
    'dispatcher',
    'server',
    'store-file',
    'node',
  ],
  'MCP clients on your session manager': ['bridge', 'session-manager', 'dispatcher', 'node'],
  'the web client in your app': ['web-client', 'offline-planner', 'node'],
  'everything in one process': ['hub', 'node'],
}

/**
 * Packs every package into `.packages`. For each use, prints the command that installs its packages in any
 * project on this machine. One command must install all of them, because npm looks for a missing package in
 * the public registry.
 */
const folder = resolve(root, '.packages')
const packages = new Map(readPublishedPackages().map((each) => [each.name, each]))
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
const packed = packPackages([...packages.values()], folder)
if (!packed.ok) throw new Error(`the packages cannot be packed\n${packed.output}`)
for (const [use, names] of Object.entries(uses)) {
  const needed = new Set<string>()
  for (const name of names) addWithDependencies(`@mcp/${name}`, needed)
  console.log(`\n${use}: ${names.map((name) => `@mcp/${name}`).join(', ')}`)
  const tarballs = [...packages.values()].filter(({ name }) => needed.has(name)).map(tarballOf)
  console.log(`  npm install ${tarballs.map((file) => resolve(folder, file)).join(' ')}`)
}

function addWithDependencies(name: string, needed: Set<string>): void {
  const found = packages.get(name)
  if (found === undefined || needed.has(name)) return
  needed.add(name)
  for (const dependency of found.dependencies) addWithDependencies(dependency, needed)
}
