import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { mapInParallel, run, runBeside } from './run.ts'
import { runnableExamples } from './runnable-examples.ts'
import { root } from './workspace.ts'

/** Supported versions of TypeScript. `docs/embedding.md` lists the same versions. */
const compilers = ['5.6', '5.9', '6.0', '7.0'] as const

interface Module {
  readonly name: string
  readonly options: Readonly<Record<string, string>>
  /** The first TypeScript with this kind of module. */
  readonly since?: (typeof compilers)[number]
  /** Whether the project is CommonJS. */
  readonly isCommonJs?: boolean
}

const modules: readonly Module[] = [
  { name: 'nodenext', options: { module: 'NodeNext', moduleResolution: 'NodeNext' } },
  { name: 'node16', options: { module: 'Node16', moduleResolution: 'Node16' } },
  { name: 'node20', options: { module: 'Node20' }, since: '5.9' },
  { name: 'bundler', options: { module: 'ESNext', moduleResolution: 'Bundler' } },
  // Before TypeScript 5.8, a CommonJS file cannot require an ES module (TS1479).
  { name: 'commonjs', options: { module: 'NodeNext' }, since: '5.9', isCommonJs: true },
]

/** Arguments of `npm install` that install every supported compiler under its own package name. */
export const compilerPackages = compilers.map(
  (version) => `${packageOf(version)}@npm:typescript@~${version}.0`,
)

/** The packages with examples to compile. Their public API uses contracts. */
export const packagesWithExamples = [
  'protocol',
  'server',
  'client',
  'dispatcher',
  'session-manager',
] as const

/** The result of one row of the table: a compiler with one version of zod. */
export interface CompilerRow {
  readonly compiler: string
  readonly zod: string
  /** `yes`, `no`, or `–` if this TypeScript does not have the kind of module. */
  readonly cells: Readonly<Record<string, string>>
  readonly problems: readonly string[]
}

/**
 * Compiles the examples of READMEs with every supported TypeScript and every kind of module, together
 * with the declarations of the packages that they import.
 *
 * @param folder A project in which the packages and {@link compilerPackages} are installed.
 * @param isSelected Whether to compile a cell of the table.
 */
export async function checkTypes(
  folder: string,
  zod: string,
  isSelected: (compiler: string, module: string) => boolean,
): Promise<CompilerRow[]> {
  const examples = packagesWithExamples.flatMap((name) => writeExamples(folder, name))
  const commonJs = 'commonjs.cts'
  writeFileSync(resolve(folder, commonJs), commonJsFile)
  for (const module of modules) {
    const files = module.isCommonJs === true ? [commonJs] : examples
    writeFileSync(resolve(folder, configFileOf(module)), JSON.stringify(configOf(module, files)))
  }

  /** Returns the cell of the table and, if it is `no`, the problem. */
  async function compile(compiler: string, module: Module): Promise<[string, ...string[]]> {
    if (module.since !== undefined && compiler < module.since) return ['–']
    if (!isSelected(compiler, module.name)) return ['not run']
    const parameters = [`node_modules/${packageOf(compiler)}/bin/tsc`, '-p', configFileOf(module)]
    const { ok, output } = await runBeside('node', parameters, { cwd: folder })
    if (ok) return ['yes']
    const what = `TypeScript ${compiler}, ${module.name}, zod ${zod}`
    return ['no', `it does not compile with ${what}\n${output}`]
  }

  const builds = compilers.flatMap((compiler) => modules.map((module) => ({ compiler, module })))
  const compiled = await mapInParallel(builds, async ({ compiler, module }) => {
    const [cell, ...problems] = await compile(compiler, module)
    return { compiler, name: module.name, cell, problems }
  })
  return compilers.map((compiler) => {
    const own = compiled.filter((build) => build.compiler === compiler)
    const cells = Object.fromEntries(own.map(({ name, cell }) => [name, cell]))
    return { compiler, zod, cells, problems: own.flatMap(({ problems }) => problems) }
  })
}

/** Runs the examples of READMEs, which {@link checkTypes} has written. */
export function runExamples(folder: string, zod: string): string[] {
  return packagesWithExamples.flatMap((name) =>
    writeExamples(folder, name).flatMap((file) => {
      const { ok, output } = run('node', [file], { cwd: folder })
      return ok ? [] : [`${file} does not run with zod ${zod}\n${output}`]
    }),
  )
}

const commonJsFile = packagesWithExamples
  .map((name, index) => `import entry${index} = require('@mcp/${name}')\nvoid entry${index}\n`)
  .join('')

function writeExamples(folder: string, name: string): string[] {
  const readme = readFileSync(resolve(root, 'libs', name, 'README.md'), 'utf8')
  return runnableExamples(readme).map((example, index) => {
    const file = `readme-${name}-${index}.ts`
    writeFileSync(resolve(folder, file), example)
    return file
  })
}

const configFileOf = ({ name }: Module): string => `tsconfig.${name}.json`

const configOf = ({ options }: Module, files: readonly string[]) => ({
  compilerOptions: {
    ...options,
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
