import { existsSync } from 'node:fs'

/**
 * Whether a program is not installed. With `REQUIRE_SERVICES=1`, which CI sets, that is an error.
 *
 * @param packages - Paths of the programs, by the name of the Debian package that installs each.
 */
export function areProgramsMissing(packages: Readonly<Record<string, string>>): boolean {
  const missing = Object.entries(packages).filter(([, program]) => !existsSync(program))
  if (missing.length === 0) return false
  const message = `Not installed: apt-get install ${missing.map(([name]) => name).join(' ')}`
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(message)
  console.warn(`Skipped: ${message}`)
  return true
}
