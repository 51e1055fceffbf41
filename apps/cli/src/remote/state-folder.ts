import { createHash, createHmac, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Returns the folder for the state of the command: the caller's secret, history, and catalogues. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base =
    env['XDG_STATE_HOME'] ||
    (process.platform === 'win32' && env['LOCALAPPDATA']) ||
    join(homedir(), '.local', 'state')
  return join(base, 'mcp')
}

export function readState(name: string): string | undefined {
  try {
    return readFileSync(join(stateFolder(), name), 'utf8')
  } catch {
    return undefined
  }
}

/** Writes a file that only this user can read. The file is replaced as a whole. */
export function writeState(name: string, text: string): void {
  const folder = stateFolder()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

const secretPattern = /^[A-Za-z0-9_-]{43}$/

/**
 * Returns the secret that identifies this user to one hub. It differs from hub to hub, so that no hub can use
 * it at another hub.
 */
export function ownerSecret(url: string): string {
  const name = 'secret'
  let secret = readState(name)?.trim()
  if (secret === undefined || !secretPattern.test(secret)) {
    writeState(name, `${randomBytes(32).toString('base64url')}\n`)
    // Another process may have replaced the file at the same time.
    secret = readState(name)?.trim() ?? ''
  }
  return createHmac('sha256', secret).update(new URL(url).origin).digest('base64url')
}

/** Returns a short name for a file that belongs to a hub and a caller. */
export function stateName(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)
}
