import { readBuildState } from './bundle-manifest.ts'

/** Builds the page of the web client if it is missing or its sources have changed. Reports this on stderr. */
export async function preparePage(): Promise<void> {
  const { state } = readBuildState('page')
  if (state === 'current') return
  process.stderr.write(
    state === 'missing'
      ? 'Building the page for its first start…\n'
      : 'Building the page again, because its sources have changed…\n',
  )
  try {
    const { buildPage } = await import('./build-page.ts')
    await buildPage()
  } catch (error) {
    process.stderr.write(
      `Cannot build the page: ${String(error)}\nThe REST API works without it.\n`,
    )
  }
}
