import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Code that runs before the code under test, and records every module that the code under test imports. */
const recorder = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
process.on('exit', () => console.log(JSON.stringify(loaded)))
`

/**
 * Runs code in a separate process and returns the URLs of the modules that the code loaded. Use it to
 * check that a package loads its heavy libraries only on first use. Imports are resolved from `folder`.
 * The code must use `import()`, because static imports are loaded before the recording starts. It must
 * not write to stdout, through which the process returns the URLs.
 *
 * @example
 * const loaded = await loadedModules(
 *   `const { weatherServer } = await import('@mcp/server-weather')
 *    await weatherServer().close()`,
 *   import.meta.dirname,
 * )
 * expect(loaded).not.toContainEqual(expect.stringContaining('node_modules/proj4'))
 */
export async function loadedModules(code: string, folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@mcp/source', '--input-type=module', '--eval', `${recorder}\n${code}`],
    { cwd: folder },
  )
  const loaded: unknown = JSON.parse(stdout)
  return Array.isArray(loaded) ? loaded.map(String) : []
}
