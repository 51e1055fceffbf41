import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { run } from './run.ts'
import { runnableExamples } from './runnable-examples.ts'
import { root } from './workspace.ts'

/** Supported versions of TypeScript. `docs/embedding.md` lists the same versions. */
const compilers = ['5.6', '5.9', '6.0', '7.0'] as const
const resolutions = [
  { module: 'NodeNext', moduleResolution: 'NodeNext' },
  { module: 'Node16', moduleResolution: 'Node16' },
  { module: 'ESNext', moduleResolution: 'Bundler' },
] as const

/** Arguments of `npm install` that install every supported compiler under its own package name. */
export const compilerPackages = compilers.map(
  (version) => `${packageOf(version)}@npm:typescript@~${version}.0`,
)

/** The packages with examples to compile. Their public API uses contracts. */
const compiledPackages = ['protocol', 'server', 'client', 'dispatcher', 'session-manager']

/**
 * Compiles the examples of READMEs with every supported TypeScript, together with the declarations of
 * the packages that they import.
 *
 * @param folder A project in which the packages and {@link compilerPackages} are installed.
 */
export function checkTypes(folder: string): string[] {
  const problems: string[] = []
  const files = compiledPackages.flatMap((name) => writeExamples(folder, name))
  for (const resolution of resolutions) {
    const config = `tsconfig.${resolution.moduleResolution}.json`
    writeFileSync(resolve(folder, config), JSON.stringify(configOf(resolution, files)))
    for (const version of compilers) {
      const compiler = `node_modules/${packageOf(version)}/bin/tsc`
      const { ok, output } = run('node', [compiler, '-p', config], { cwd: folder })
      const what = `TypeScript ${version}, ${resolution.moduleResolution}`
      if (!ok) problems.push(`it does not compile with ${what}\n${output}`)
    }
  }
  return problems
}

function writeExamples(folder: string, name: string): string[] {
  const readme = readFileSync(resolve(root, 'libs', name, 'README.md'), 'utf8')
  return runnableExamples(readme).map((example, index) => {
    const file = `readme-${name}-${index}.ts`
    writeFileSync(resolve(folder, file), example)
    return file
  })
}

const configOf = (resolution: (typeof resolutions)[number], files: readonly string[]) => ({
  compilerOptions: {
    ...resolution,
    // TypeScript 5.6 does not support ES2024.
    target: 'ES2022',
    lib: ['ESNext', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  },
  files,
})

function packageOf(version: string): string {
  return `typescript-${version.replace('.', '-')}`
}
