import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'

import { checkHover } from './consumer-hover.ts'
import type { CompilerRow } from './consumer-types.ts'
import { checkTypes, compilerPackages, runExamples } from './consumer-types.ts'
import { packPackages } from './pack-packages.ts'
import { report } from './report.ts'
import type { RunResult } from './run.ts'
import { run } from './run.ts'
import type { Package } from './workspace.ts'
import { readPublishedPackages, root } from './workspace.ts'

const consumerConfig = {
  compilerOptions: {
    target: 'ES2024',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    lib: ['ES2024', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  },
  files: ['every-entry.ts', 'browser.ts'],
}

/**
 * The modules for pages, each with the maximum size of its bundle after gzip, in KiB. No bundle may contain
 * zod.
 */
const pageModules = [
  { source: "export { createClient } from '@mcp/client'", maxKib: 20 },
  { source: "export { createRestClient } from '@mcp/client/rest'", maxKib: 8 },
  { source: "export { createRequest, McpError } from '@mcp/protocol/light'", maxKib: 6 },
]

const browserModule = [
  "import { createClient } from '@mcp/client'",
  "import { createRequest } from '@mcp/protocol'",
  "console.log(createRequest('tool-execution', {}), createClient({ url: 'http://localhost:5000' }))",
].join('\n')

/**
 * Checks the packed tarballs in a project outside the workspace. The project installs them, compiles against
 * their declarations with every supported TypeScript, and loads every entry point with `import` and
 * `require`. It also bundles the client for a browser. With `--quick`, it runs only a part of the
 * compilations.
 */
const isQuick = process.argv.includes('--quick')
const scratch = mkdtempSync(resolve(tmpdir(), 'mcp-consumer-'))
try {
  const packages = readPublishedPackages()
  report(
    'consumer',
    await checkConsumer(packages),
    `${packages.length} packages installed and loaded`,
  )
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function checkConsumer(packages: readonly Package[]): Promise<string[]> {
  const problems: string[] = []
  const zodVersions = readZodVersions(packages)
  const expectOk = (what: string, result: RunResult): void => {
    if (!result.ok) problems.push(`${what}\n${result.output}`)
  }

  expectOk('the packages cannot be packed', packPackages(packages, scratch))
  const tarballs = globSync('*.tgz', { cwd: scratch }).map((file) => `./${file}`)
  write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  const extra = [`typescript@${versionOf('typescript')}`, `@types/node@${versionOf('@types/node')}`]
  expectOk(
    'the tarballs cannot be installed',
    run('npm', [...install, ...tarballs, ...extra, ...compilerPackages], {
      cwd: scratch,
      timeoutMs: 300_000,
    }),
  )
  if (problems.length > 0) return problems

  const entryPoints = packages.flatMap(({ name, entryPoints: paths }) =>
    // These entry points are skipped: `testing` requires a test runner, `worker` requires a parent
    // process, and `preload` exports nothing.
    paths
      .filter((path) => !/testing|worker|preload/.test(path))
      .map((path) => name + path.slice(1)),
  )
  write('every-entry.ts', esModule(entryPoints))
  write('every-entry.cjs', entryPoints.map((entryPoint) => `require('${entryPoint}')`).join('\n'))
  write('browser.ts', browserModule)
  write('tsconfig.json', JSON.stringify(consumerConfig))
  expectOk('it does not compile', run('npx', ['tsc', '-p', '.'], { cwd: scratch }))
  expectOk('require() does not load', run('node', ['every-entry.cjs'], { cwd: scratch }))
  problems.push(...(await bundleForBrowser()), ...checkHover(scratch))

  const rows: CompilerRow[] = []
  const newestZod = zodVersions.at(-1)
  for (const zod of zodVersions) {
    expectOk(
      `zod ${zod} cannot be installed`,
      run('npm', [...install, `zod@${zod}`], { cwd: scratch, timeoutMs: 300_000 }),
    )
    expectOk(
      `the ES module does not load with zod ${zod}`,
      run('node', ['every-entry.js'], { cwd: scratch }),
    )
    problems.push(...runExamples(scratch, zod))
    // The short form has each compiler, each kind of module and each version of zod at least once.
    const isSelected = (compiler: string, module: string): boolean =>
      !isQuick ||
      (zod === newestZod
        ? module === 'nodenext' || compiler === '6.0'
        : module === 'nodenext' && compiler === '5.6')
    rows.push(...(await checkTypes(scratch, zod, isSelected)))
  }
  console.table(rows.map(({ compiler, zod, cells }) => ({ typescript: compiler, zod, ...cells })))
  return [...problems, ...rows.flatMap((row) => row.problems)]
}

/** Returns the lowest and the newest version of zod in the range of the packages. */
function readZodVersions(packages: readonly Package[]): string[] {
  const ranges = packages.flatMap(({ peerDependencies: { zod } }) => zod ?? [])
  const [range = '', ...others] = new Set(ranges)
  if (others.length > 0) throw new Error('All packages must have the same range of zod.')
  return [range.replace('^', ''), versionOf('zod')]
}

async function bundleForBrowser(): Promise<string[]> {
  const result = await build({
    entryPoints: [resolve(scratch, 'browser.js')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  }).catch((error: unknown) => String(error))
  if (typeof result === 'string') return [`it cannot be bundled for a browser\n${result}`]
  return (await Promise.all(pageModules.map(checkBundle))).flat()
}

/**
 * Checks the size of a page's bundle, and that it contains no code of zod. Only files with bytes in the
 * bundle count, because an import also loads files of which the bundle contains nothing.
 */
async function checkBundle({ source, maxKib }: (typeof pageModules)[number]): Promise<string[]> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: source, resolveDir: scratch },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
  })
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const included = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  const kib = gzipSync(outputFiles[0]?.contents ?? '').byteLength / 1024
  return [
    ...(included.some(([file]) => file.includes('node_modules/zod/')) ? ['contains zod'] : []),
    ...(kib > maxKib ? [`has ${kib.toFixed(1)} KiB, more than ${maxKib}`] : []),
  ].map((problem) => `the bundle of ${source} ${problem}`)
}

function esModule(entryPoints: readonly string[]): string {
  const imports = entryPoints.map(
    (entryPoint, index) => `import * as entry${index} from '${entryPoint}'`,
  )
  const names = entryPoints.map((_name, index) => `entry${index}`)
  return `${imports.join('\n')}
for (const entryPoint of [${names.join(', ')}]) {
  if (Object.keys(entryPoint).length === 0) throw new Error('an entry point exports nothing')
}
`
}

function write(file: string, content: string): void {
  writeFileSync(resolve(scratch, file), content)
}

function versionOf(name: string): string {
  const found = run('node', ['-p', `require('${name}/package.json').version`], { cwd: root })
  return found.output
}
