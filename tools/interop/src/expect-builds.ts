import { readLibraries } from './packages.ts'

const missing = readLibraries().filter(({ isBuilt }) => !isBuilt)
if (missing.length > 0) {
  const names = missing.map(({ name }) => name).join(', ')
  console.error(`Not built: ${names}. Run "npm run build" in the root of the repository first.`)
  process.exitCode = 1
}
