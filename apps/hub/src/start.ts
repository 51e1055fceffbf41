import { pathToFileURL } from 'node:url'

import { prepareBuild } from './bundle/prepare-build.ts'

// `npm start`: runs the bundle of the hub. Builds the bundle and the page if they are missing or their sources
// have changed. A hub from a bundle starts in half the time and with two thirds of the memory. Where the build
// is impossible (without development dependencies or the right to write, or with an invalid source), the sources
// work without a bundle, or report the same problem.
const [hub] = await Promise.all([prepareBuild('hub'), prepareBuild('page')])
await import(
  hub.state === 'current' ? pathToFileURL(hub.entry).href : import.meta.resolve('./main.ts')
)
