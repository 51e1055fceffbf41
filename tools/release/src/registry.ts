import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const verdaccio = resolve(import.meta.dirname, '../node_modules/verdaccio/bin/verdaccio')

export interface Registry {
  readonly url: string
  stop(): Promise<void>
}

/** Starts an empty registry on a free port of this machine, with its files in `folder`. */
export async function startRegistry(folder: string): Promise<Registry> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  const config = resolve(folder, 'verdaccio.json')
  writeFileSync(
    config,
    JSON.stringify({
      storage: resolve(folder, 'storage'),
      auth: { htpasswd: { file: resolve(folder, 'users') } },
      packages: { '**': { access: '$all', publish: '$all' } },
      log: { type: 'stdout', format: 'pretty', level: 'warn' },
      max_body_size: '50mb',
    }),
  )
  const child = spawn(
    process.execPath,
    [verdaccio, '--config', config, '--listen', `127.0.0.1:${port}`],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const exited = once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.kill()
    await exited
  }
  for (let attempt = 0; attempt < 300; attempt++) {
    const isUp = await fetch(`${url}-/ping`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return { url, stop }
    if (child.exitCode !== null) throw new Error('The registry did not start.')
    await wait(100)
  }
  await stop()
  throw new Error('The registry did not respond within 30 seconds.')
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || address === null) throw new Error('No free port.')
  return address.port
}
