import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs before the code, so that it sees each module that the code loads. */
const listener = `
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
 * The URLs of all modules that a piece of code loads, run in a process of its own below `folder`: shows
 * that a package loads its heavy libraries only when they are needed.
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
    ['--conditions=@mcp/source', '--input-type=module', '--eval', `${listener}\n${code}`],
    { cwd: folder },
  )
  const loaded: unknown = JSON.parse(stdout)
  return Array.isArray(loaded) ? loaded.map(String) : []
}
