import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { sqliteWords } from '../../fixtures/sqlite-words.ts'
import { startProgram } from '../../fixtures/start-program.ts'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Returns the processor time that a process has spent in user code, in hundredths of a second. */
async function cpuTicks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.split(') ')[1]?.split(' ')[11])
}

// Requires a system that lists child processes.
it.runIf(process.platform === 'linux')(
  'leaves no query running after its parent process is killed',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-orphan-'))
    const file = join(folder, 'main.db')
    const { child, lines, ended } = startProgram('endless-program', file, sqliteWords.endless)
    for await (const line of lines) {
      expect(line).toBe('ready')
      break
    }
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    const worker = Number(children.trim())
    // The query is running when the processor time of the worker grows.
    const idleTicks = await cpuTicks(worker)
    await expect.poll(() => cpuTicks(worker), { timeout: 15_000 }).toBeGreaterThan(idleTicks + 20)

    child.kill('SIGKILL')
    await ended
    await expect.poll(() => isAlive(worker), { timeout: 15_000 }).toBe(false)
    await rm(folder, { recursive: true })
  },
  60_000,
)
