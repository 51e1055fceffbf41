import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { run } from '../../checks/src/run.ts'
import { runnableExamples } from '../../checks/src/runnable-examples.ts'
import type { Package } from '../../checks/src/workspace.ts'
import { scope, sourceScope } from './settings.ts'

const timeoutMs = 300_000

/** A published package, as a user of the registry sees it. */
export interface Checked {
  readonly name: string
  readonly problems: readonly string[]
}

/**
 * Installs a package by name in an empty project, in the way its README says, and runs the examples of
 * the README. Nothing else is installed, so a dependency that the package misses is an error.
 *
 * @param npmrc Configuration of npm with the registry.
 */
export function checkInstalled(
  { name: sourceName, folder, entryPoints }: Package,
  project: string,
  npmrc: string,
): Checked {
  const name = sourceName.replace(sourceScope, scope)
  const readme = readFileSync(resolve(folder, 'README.md'), 'utf8').replaceAll(
    `${sourceScope}/`,
    `${scope}/`,
  )
  const install = /^npm install (.+)$/m.exec(readme)?.[1]
  if (install === undefined) return { name, problems: ['its README has no "npm install" line'] }
  mkdirSync(project, { recursive: true })
  writeFileSync(resolve(project, '.npmrc'), npmrc)
  writeFileSync(resolve(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))

  const problems: string[] = []
  const expectOk = (what: string, command: string, parameters: readonly string[]): void => {
    const { ok, output } = run(command, parameters, { cwd: project, timeoutMs })
    if (!ok) problems.push(`${what}\n${output}`)
  }
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
  expectOk('cannot be installed', 'npm', ['install', ...quiet, ...install.split(' ')])
  if (problems.length > 0) return { name, problems }
  expectOk('misses a dependency', 'npm', ['ls', '--all', '--loglevel=error'])
  const loadable = entryPoints.filter((entry) => !/testing|worker|preload/.test(entry))
  const imports = loadable.map((entry) => `await import('${name}${entry.slice(1)}')`).join('\n')
  writeFileSync(resolve(project, 'entries.js'), imports)
  expectOk('cannot be imported', 'node', ['entries.js'])
  for (const [index, example] of runnableExamples(readme).entries()) {
    const file = `example-${index}.ts`
    writeFileSync(resolve(project, file), example)
    expectOk(`example ${index + 1} of its README does not run`, 'node', [file])
  }
  return { name, problems }
}
