import { lacksChromium } from './chromium.ts'
import { readLibraries } from './packages.ts'
import { lacksNodes } from './runtimes.ts'

const notBuilt = readLibraries().filter(({ isBuilt }) => !isBuilt)
if (notBuilt.length > 0) {
  const names = notBuilt.map(({ name }) => name).join(', ')
  console.error(`Not built: ${names}. Run "npm run build" in the root of the repository first.`)
  process.exitCode = 1
}
if (lacksChromium) {
  console.warn('Skipped: tests in Chromium. To install it on Debian: apt-get install chromium')
}
if (lacksNodes)
  console.warn(
    'Skipped: tests on Node 22, 24 and 26, because their binaries are only for Linux on x64.',
  )
