import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../../..')

/** A copy of the workspace for experiments. */
export interface WorkspaceCopy {
  readonly folder: string
  write(path: string, content: string): void
  /**
   * Runs a shell command to its end and returns its standard output.
   *
   * @throws Error with the output of the command and of the started programs, if it fails.
   */
  run(command: string, environment?: Readonly<Record<string, string>>): Promise<string>
  /** Starts a program in the background. */
  start(command: string, environment?: Readonly<Record<string, string>>): void
  /** Stops the started programs, and waits for them. */
  stop(): Promise<void>
  /** Stops the started programs, and removes the copy. */
  remove(): Promise<void>
}

/**
 * Copies every file that git tracks or would track, commits the copies, and links the installed packages.
 * Every command of this workspace also runs in the copy.
 */
export function copyWorkspace(): WorkspaceCopy {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-walkthrough-'))
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
  for (const path of listed.split('\0').filter((each) => each !== '')) {
    cpSync(join(root, path), join(folder, path), { recursive: true })
  }
  // Hard links are used, because copying hundreds of megabytes would take too long.
  execFileSync('cp', ['-al', join(root, 'node_modules'), join(folder, 'node_modules')])
  commitAll(folder)

  let programsPrinted = ''
  const running: { stop(): Promise<unknown> }[] = []
  const environmentWith = (own: Readonly<Record<string, string>> = {}) => ({
    ...process.env,
    NX_DAEMON: 'false',
    ...own,
  })

  async function stop(): Promise<void> {
    await Promise.all(running.splice(0).map((program) => program.stop()))
  }

  return {
    folder,
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    },
    async run(command, own) {
      const options = { cwd: folder, env: environmentWith(own), maxBuffer: 64 * 1024 * 1024 }
      const { stdout } = await promisify(execFile)('bash', ['-c', command], options).catch(
        (thrown: unknown) => {
          const { stdout: printed = '', stderr = '' } = Object(thrown)
          throw new Error(`${command}\n${printed}${stderr}${programsPrinted}`, { cause: thrown })
        },
      )
      return stdout
    },
    start(command, own) {
      // The program has its own process group, so that the children of npm end with it.
      const child = spawn('bash', ['-c', command], {
        cwd: folder,
        env: environmentWith(own),
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      })
      programsPrinted = `\n${command} printed:\n`
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => (programsPrinted += chunk.toString()))
      }
      const exited = once(child, 'exit')
      running.push({
        async stop() {
          const { pid } = child
          if (pid === undefined) return
          if (child.exitCode === null) process.kill(-pid, 'SIGTERM')
          await exited
          // npm exits before its child has closed.
          while (isGroupAlive(pid)) await setTimeout(20)
        },
      })
    },
    stop,
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function isGroupAlive(pid: number): boolean {
  try {
    return process.kill(-pid, 0)
  } catch {
    return false
  }
}

/** Commits all files to `main`, because the checks compare the workspace with that branch. */
function commitAll(folder: string): void {
  const git = (...words: string[]): void => {
    const author = ['-c', 'user.name=reader', '-c', 'user.email=reader@example.org']
    execFileSync('git', [...author, ...words], { cwd: folder, stdio: 'ignore' })
  }
  git('init', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--no-verify', '--message', 'chore: begin')
}
