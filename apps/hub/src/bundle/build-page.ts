import { relative, resolve } from 'node:path'

import { build } from 'vite'

import { appFolder, writeManifest } from './bundle-manifest.ts'
import { removeOldFiles } from './old-files.ts'

const packageFolder = resolve(appFolder, '../../libs/web-client')
const outputFolder = resolve(packageFolder, 'dist/web')

/** Builds the page of the web client, and writes its manifest. */
export async function buildPage(): Promise<void> {
  const result = await build({
    configFile: resolve(packageFolder, 'web/vite.config.ts'),
    // A page that is open may still load files of an earlier build.
    build: { emptyOutDir: false },
    logLevel: 'warn',
  })
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []))
  const modules = outputs.flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []))
  const sources = [
    ...modules.filter((id) => id.startsWith('/') && !id.includes('node_modules')),
    ...['index.html', 'src/style.css', 'vite.config.ts'].map((name) =>
      resolve(packageFolder, 'web', name),
    ),
  ].map((path) => relative(appFolder, path.replace(/\?.*$/, '')))
  const entry = relative(resolve(appFolder, 'dist'), resolve(outputFolder, 'index.html'))
  await writeManifest('page', entry, Array.from(new Set(sources)))
  const names = outputs.map(({ fileName }) => fileName.replace(/^assets\//, ''))
  await removeOldFiles(resolve(outputFolder, 'assets'), names)
}
