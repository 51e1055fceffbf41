import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'

import type { Metafile, Plugin } from 'esbuild'
import { build } from 'esbuild'

import { escapeNonAscii } from './escape-non-ascii.ts'
import { appFolder, manifestPathOf, writeManifest } from './bundle-manifest.ts'
import { removeOldFiles } from './old-files.ts'
import { withBundledWorkers, workerEntries } from './workers.ts'

// Packages that load files of their own folder, or load parts lazily, which they would not do in a bundle.
const external = ['@electric-sql/pglite', 'mathjs', 'pino', 'undici', 'libpg-query']

const requireFunction =
  "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);\n"

/**
 * Defines `require` only in the file in which esbuild looks for it, for the CommonJS modules of all files. A
 * definition in each file took a hundredth of the start time.
 */
function withRequire(code: string): string {
  return /\btypeof require\b/.test(code) ? requireFunction + code : code
}

/**
 * Includes the messages of zod only in English. Those in the others of its 50 languages are a tenth of the
 * bundle.
 */
const onlyEnglish: Plugin = {
  name: 'only-english',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
      loader: 'js',
    }))
  },
}

/**
 * Bundles the hub and most dependencies into a few files, because a start spends most of its time on
 * finding and reading hundreds of files. The bundle is made from the sources of all packages, so that no
 * package has to be built first. Its file names contain hashes, so a running hub still finds its own
 * files. Returns the description of the bundle by esbuild.
 */
export async function buildBundle(): Promise<Metafile> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: appFolder,
    entryPoints: { main: 'src/main.ts', ...workerEntries },
    outdir: 'dist',
    entryNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['@mcp/source', 'module'],
    external,
    plugins: [onlyEnglish],
    // Names are kept, because stack traces in the logs contain them.
    minifyWhitespace: true,
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
    write: false,
  })
  await mkdir(join(appFolder, 'dist'), { recursive: true })
  await Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const code = withBundledWorkers(withRequire(text), metafile)
      await writeFile(path, escapeNonAscii(code))
    }),
  )
  const entry = Object.entries(metafile.outputs).find(
    ([, output]) => output.entryPoint === 'src/main.ts',
  )
  if (entry === undefined) throw new Error('esbuild reported no file for src/main.ts.')
  const sources = Object.keys(metafile.inputs).filter((path) => !path.includes('node_modules'))
  await writeManifest(
    'hub',
    relative('dist', entry[0]),
    sources.map((path) => relative(appFolder, resolve(appFolder, path))),
  )
  const names = Object.keys(metafile.outputs).map((path) => basename(path))
  await removeOldFiles(join(appFolder, 'dist'), [
    ...names,
    basename(manifestPathOf('hub')),
    basename(manifestPathOf('page')),
  ])
  return metafile
}
