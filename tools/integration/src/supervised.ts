import { readdirSync, readFileSync } from 'node:fs'

import { builtinServers } from '@mcp/contracts'

import type { RunningApp } from './running-app.ts'
import { freePort, startApp } from './running-app.ts'
import type { System } from './system.ts'
import { serversAreListed } from './system.ts'

/** The supervisor and its nine services, as `npm run start:services` starts them. */
export interface SupervisedServices extends System {
  readonly supervisor: RunningApp
  /** The names of the services, such as `tools-server`. */
  readonly names: readonly string[]
  /** Returns the id of the running process of a service. */
  pidOf(name: string): number | undefined
}

const serverNames = Object.keys(builtinServers)
const names = [...serverNames.map((name) => `${name}-server`), 'session-manager', 'client']

/** Returns a free port for each service. The keys are the environment variables that set the ports. */
export async function freePorts(): Promise<Record<string, string>> {
  const ports: Record<string, string> = {}
  for (const name of names) {
    ports[`${name.replace('-', '_').toUpperCase()}_PORT`] = String(await freePort())
  }
  return ports
}

export async function startSupervised(
  environment: Readonly<Record<string, string>> = {},
): Promise<SupervisedServices> {
  const ports = await freePorts()
  const clientUrl = `http://127.0.0.1:${ports['CLIENT_PORT']}`
  const sessionManagerUrl = `http://127.0.0.1:${ports['SESSION_MANAGER_PORT']}`
  const supervisor = await startApp({
    app: 'services',
    environment: {
      ...ports,
      SESSION_MANAGER_URL: sessionManagerUrl,
      ...environment,
    },
    healthUrl: `${clientUrl}/ready`,
  })
  await serversAreListed(sessionManagerUrl, serverNames)
  return {
    supervisor,
    names,
    clientUrl,
    sessionManagerUrl,
    pidOf: (name) =>
      childrenOf(supervisor.process.pid).find(({ command }) =>
        command.includes(`/apps/${name}/src/main.ts`),
      )?.pid,
    async stop() {
      await supervisor.stop()
    },
  }
}

interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

/** Returns the child processes of a process. */
export function childrenOf(parent: number | undefined): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({
      pid: Number(pid),
      // The parent is the fourth field. The second field is the program name in parentheses.
      parent: Number(read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[1]),
      command: read(`/proc/${pid}/cmdline`),
    }))
    .filter((info) => info.parent === parent)
}

/** Returns the text of a file in `/proc`, or an empty text if the process has exited. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
