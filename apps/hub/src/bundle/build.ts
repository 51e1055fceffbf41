// A build is loaded only when it runs: the other needs packages that may not be installed.
const builds = {
  hub: async () => (await import('./build-bundle.ts')).buildBundle(),
  page: async () => (await import('./build-page.ts')).buildPage(),
} as const

// `node build.ts hub page` runs the builds with these names. `npm run build` of this app builds the hub.
for (const name of ['hub', 'page'] as const) {
  if (!process.argv.includes(name, 2)) continue
  try {
    await builds[name]()
  } catch (error) {
    process.stderr.write(`Cannot build the ${name}: ${String(error)}\n`)
    process.exitCode = 1
  }
}
