import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { walkthroughSteps } from './walkthrough-steps.ts'
import type { WorkspaceCopy } from './workspace-copy.ts'
import { copyWorkspace } from './workspace-copy.ts'

/**
 * `whole`: all of `npm run check`, which takes minutes (see `npm run check:generators`). `off`
 * within the copy, whose own check would otherwise create another copy.
 */
const form = process.env['GENERATORS_CHECK'] ?? 'short'

/**
 * The parts of `npm run check` that new packages can break. The whole program is compiled once, and not
 * with each app that contains a new package. Builds of libraries do not need those of others.
 */
const shortCheck = [
  'npm run format:check',
  'npx oxlint --type-aware $(git diff --name-only --diff-filter=d HEAD -- "*.ts")',
  'npx tsc -p tsconfig.json',
  'npx nx run-many -t test -p "*weather*" "*tide-table*"',
  'npx nx run-many -t build -p "*weather*" "*tide-table*" --excludeTaskDependencies',
  'npx vitest run --root libs/server-tools src/dice',
  'npx vitest run --root libs/server-tools src/examples.test.ts -t "^(dice|tools) "',
  'npm run check:unused',
  'npm run check:layers',
  'npm run check:environment',
  'npm run check:compose',
  'npx changeset status',
]

const pages = ['docs/adding-a-tool.md', 'docs/adding-a-server.md'] as const

/** The ports that the pages name, and the free ports used instead. */
const ports = new Map<string, { variable: string; free: string }>()
let copy: WorkspaceCopy

describe.skipIf(form === 'off')('in a copy of the workspace', { timeout: 1_500_000 }, () => {
  beforeAll(async () => {
    copy = copyWorkspace()
    for (const [defaultPort, variable] of [
      ['5000', 'SESSION_MANAGER_PORT'],
      ['8080', 'CLIENT_PORT'],
      ['5008', 'WEATHER_SERVER_PORT'],
    ] as const) {
      ports.set(defaultPort, { variable, free: await freePort() })
    }
  }, 120_000)
  afterAll(() => copy.remove(), 60_000)

  it('walks through adding a tool', async () => {
    const printed = await follow('docs/adding-a-tool.md')
    expect(printed).toContain('"result":{"amount":12.5,"currency":"USD"}')
    expect(printed).toMatch(/"response":"[^"]*25/)
  })

  it('walks through adding a server', async () => {
    const printed = await follow('docs/adding-a-server.md')
    expect(printed).toContain('"result":{"highs":[4,4,4]}')
    expect(printed).toMatch(/"response":"[^"]*4/)
  })

  it('refuses a name in use without changing anything', async () => {
    await copy.run('git add --all')
    await expect(copy.run('npx nx g server tools')).rejects.toThrow(
      'The folder libs/server-tools exists',
    )
    expect(await copy.run('git diff --name-only')).toBe('')
  })

  it('passes every check with the results of the pages and of the generators', async () => {
    await copy.run('npx nx g server tide-table && npx nx g tool dice')
    const commands = new Set(pages.flatMap(stepsOf).flatMap(checkOf))
    expect(Array.from(commands)).toEqual(['npm run check'])
    await copy.run('git add --all')
    for (const command of form === 'whole' ? ['npm run check'] : shortCheck) {
      await copy.run(command, { GENERATORS_CHECK: 'off' })
    }
  })
})

const stepsOf = (page: string) => walkthroughSteps(readFileSync(resolve(copy.folder, page), 'utf8'))

const checkOf = (step: ReturnType<typeof walkthroughSteps>[number]): string[] =>
  step.type === 'all-checked' ? [step.command] : []

/** Follows a page except for its last check, and returns all output. */
async function follow(page: string): Promise<string> {
  let printed = ''
  for (const step of stepsOf(page)) {
    switch (step.type) {
      case 'file-written':
        copy.write(step.path, step.content)
        break
      case 'program-started':
        await copy.stop()
        copy.start(step.command, environment())
        break
      case 'command-run':
        printed += step.command.startsWith('curl')
          ? await vi.waitFor(() => copy.run(onFreePorts(step.command)), 30_000)
          : await copy.run(step.command)
        break
      case 'all-checked':
        await copy.stop()
    }
  }
  return printed
}

const environment = (): Record<string, string> =>
  Object.fromEntries(Array.from(ports.values(), ({ variable, free }) => [variable, free]))

const onFreePorts = (command: string): string =>
  `${command} --silent --fail-with-body`.replaceAll(
    /localhost:(\d+)/g,
    (address, port: string) => `127.0.0.1:${ports.get(port)?.free ?? address}`,
  )

function freePort(): Promise<string> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => found(String(port)))
    })
  })
}
