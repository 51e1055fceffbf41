import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'

/**
 * Script of the watchdog. It reads `+ group` and `- group` from its standard input. The kernel closes this
 * input when the process that writes to it ends, even by SIGKILL, and the script then ends the process groups.
 * A shell needs 1 MB of memory, and a further process of Node.js would need 40 MB.
 */
const script = `
trap '' HUP INT TERM
groups=
while read -r change group; do
  if [ "$change" = + ]; then groups="$groups $group"; continue; fi
  rest=
  for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done
  groups=$rest
done
[ -n "$groups" ] || exit 0
for each in $groups; do kill -TERM "-$each"; done 2>/dev/null
sleep 2
for each in $groups; do kill -KILL "-$each"; done 2>/dev/null
`

/** A watchdog that runs for a shorter time is not started again. */
const minRunMs = 1000

const groups = new Set<number>()
let watchdog: ChildProcess | undefined

/**
 * Ensures that a process group ends even if this process is killed. Call the returned function when the group
 * has ended. One watchdog process serves all groups of this process, and exits with the last one. Has no effect
 * on Windows, which has no process groups.
 */
export function watchProcessGroup(group: number, onError: (error: unknown) => void): () => void {
  if (process.platform === 'win32') return () => {}
  groups.add(group)
  if (watchdog === undefined) startWatchdog(onError)
  else watchdog.stdin?.write(`+ ${group}\n`)
  return () => {
    if (!groups.delete(group)) return
    watchdog?.stdin?.write(`- ${group}\n`)
    if (groups.size > 0) return
    watchdog?.stdin?.end()
    watchdog = undefined
  }
}

function startWatchdog(onError: (error: unknown) => void): void {
  const startedAt = performance.now()
  // `detached` starts it in a session of its own. Otherwise, Ctrl-C in a terminal would end it before this
  // process.
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
  })
  watchdog = child
  const { stdin } = child
  stdin.on('error', () => {})
  child.on('error', (error) => {
    if (watchdog === child) watchdog = undefined
    onError(error)
  })
  child.on('exit', () => {
    if (watchdog !== child) return
    watchdog = undefined
    if (performance.now() - startedAt >= minRunMs && groups.size > 0) startWatchdog(onError)
  })
  stdin.write([...groups].map((group) => `+ ${group}\n`).join(''))
  // Neither the watchdog nor its pipe keeps this process alive.
  child.unref()
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref()
}
