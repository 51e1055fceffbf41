import { pathToFileURL } from 'node:url'

import { readBuildState } from './bundle/bundle-manifest.ts'
import { preparePage } from './bundle/prepare-page.ts'

// `npm start`: runs the bundle of the hub. Builds the bundle and the page if they are missing or their sources
// have changed. A hub from a bundle starts in half the time and with two thirds of the memory.
await preparePage()
await import(await findEntry())

async function findEntry(): Promise<string> {
  const before = readBuildState('hub')
  if (before.state === 'current') return pathToFileURL(before.entry).href
  process.stderr.write(
    before.state === 'missing'
      ? 'Building the hub for its first start…\n'
      : 'Building the hub again, because its sources have changed…\n',
  )
  try {
    const { buildBundle } = await import('./bundle/build-bundle.ts')
    await buildBundle()
    const after = readBuildState('hub')
    if (after.state === 'current') return pathToFileURL(after.entry).href
  } catch (error) {
    // The build fails without development dependencies, without the right to write, or with an invalid source.
    // The sources work without a bundle, or report the same problem.
    process.stderr.write(`Cannot build the hub: ${String(error)}\nStarting from its sources.\n`)
  }
  return import.meta.resolve('./main.ts')
}
