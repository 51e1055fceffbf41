import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { describeEnvironment } from '@mcp/node'
import { parse } from 'yaml'
import * as z from 'zod'

import { report } from './report.ts'
import type { RunResult } from './run.ts'
import { run } from './run.ts'
import { root } from './workspace.ts'

/**
 * Checks `compose.yaml` and the `Dockerfile` without a container engine. Each app, port, variable,
 * volume, dependency and path in them must exist, and the linters must report no problem.
 */
const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      build: z
        .object({
          context: z.literal('.'),
          args: z.object({ APP: z.string(), PORT: z.number() }),
        })
        .optional(),
      depends_on: z
        .record(z.string(), z.object({ condition: z.literal('service_healthy') }))
        .optional(),
      environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
      ports: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      healthcheck: z.unknown().optional(),
      profiles: z.array(z.string()).default([]),
      read_only: z.boolean().optional(),
      mem_limit: z.string().optional(),
      pids_limit: z.number().optional(),
      stop_grace_period: z.string().optional(),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
})

type ComposeService = z.output<typeof composeSchema>['services'][string]

const configSchema = z.object({ config: z.instanceof(z.ZodObject) })

/** Services that the quick start mentions. They must exist. */
const promised = ['mcp-client', 'session-manager', 'tools-server']

/** The apps that callers outside the container network may reach. */
const publishedApps = new Set(['client', 'session-manager'])

const compose = composeSchema.parse(
  parse(readFileSync(resolve(root, 'compose.yaml'), 'utf8'), { merge: true }),
)
const dockerfile = readFileSync(resolve(root, 'Dockerfile'), 'utf8')

const problems = [
  ...promised.filter((name) => !(name in compose.services)).map((name) => `no service ${name}`),
  ...(await Promise.all(Object.entries(compose.services).map(checkService))).flat(),
  ...unusedVolumes(),
  ...checkDockerfile(),
  ...lint(),
]
report('compose', problems, `${Object.keys(compose.services).length} services`)

async function checkService([name, service]: [string, ComposeService]): Promise<string[]> {
  const { build, depends_on: dependencies = {}, ports, volumes } = service
  const found = [
    ...Object.keys(dependencies)
      .filter((other) => !(other in compose.services))
      .map((other) => `depends on ${other}, which is not a service`),
    ...ports
      .filter((port) => !port.startsWith('127.0.0.1:'))
      .map((port) => `opens ${port} beyond loopback`),
    ...volumes
      .filter((volume) => !isMountable(volume))
      .map((volume) => `mounts ${volume}, which is neither a volume nor a file for reading`),
    ...(build === undefined ? checkForeign(service) : await checkApp(build.args, service)),
  ]
  return found.map((problem) => `${name} ${problem}`)
}

function checkForeign({ image, healthcheck }: ComposeService): string[] {
  const problems = []
  if (image === undefined || !/:[\w.-]+$/.test(image)) problems.push('has no image with a version')
  if (healthcheck === undefined) problems.push('has no health check')
  return problems
}

async function checkApp(
  { APP, PORT }: { readonly APP: string; readonly PORT: number },
  service: ComposeService,
): Promise<string[]> {
  const { environment, ports, read_only: isReadOnly, volumes } = service
  const main = resolve(root, 'apps', APP, 'src/main.ts')
  if (!existsSync(main)) return [`builds ${APP}, which is not an app`]
  const module: unknown = await import(
    pathToFileURL(resolve(root, 'apps', APP, 'src/config.ts')).href
  )
  const variables = describeEnvironment(configSchema.parse(module).config)
  const known = new Map(variables.map((variable) => [variable.name, variable.default]))
  const problems = Object.keys(environment)
    .filter((variable) => !known.has(variable))
    .map((variable) => `sets ${variable}, which ${APP} does not read`)
  const own = Object.entries(environment).filter(([variable]) => isOwnPort(APP, variable))
  if (
    own.length !== 1 ||
    Number(own[0]?.[1]) !== PORT ||
    known.get(own[0]?.[0] ?? '') !== String(PORT)
  ) {
    problems.push(`does not listen on ${PORT}, or ${APP} has another port by default`)
  }
  // The apps of a profile run beside the apps without a profile, so they use other ports of the machine.
  const address = service.profiles.length === 0 ? `127.0.0.1:${PORT}:${PORT}` : undefined
  const published = publishedApps.has(APP) && address !== undefined ? [address] : []
  const isElsewhere = address === undefined && ports.every((port) => port.endsWith(`:${PORT}`))
  if (ports.join() !== published.join() && !isElsewhere) {
    problems.push(`publishes [${ports.join(', ')}] instead of [${published.join(', ')}]`)
  }
  if ('MCP_ALLOW_ANONYMOUS' in environment) problems.push('allows anonymous callers')
  if (isReadOnly !== true) problems.push('has a writable file system')
  if (service.mem_limit === undefined) problems.push('has no memory limit')
  if (service.pids_limit === undefined) problems.push('has no limit of processes')
  if (service.stop_grace_period === undefined) problems.push('has no stop_grace_period')
  if (known.has('MCP_DATA_DIR') && !volumes.some((volume) => volume.endsWith(':/data'))) {
    problems.push('has no volume for its data')
  }
  return problems
}

/** Whether a mount names a volume of `compose.yaml`, or mounts a file of the workspace read-only. */
function isMountable(volume: string): boolean {
  const [source = ''] = volume.split(':')
  if (!source.startsWith('./')) return Object.hasOwn(compose.volumes, source)
  return existsSync(resolve(root, source)) && volume.endsWith(':ro')
}

function isOwnPort(app: string, variable: string): boolean {
  return variable === `${app.replaceAll('-', '_').toUpperCase()}_PORT`
}

function unusedVolumes(): string[] {
  const used = new Set(
    Object.values(compose.services).flatMap(({ volumes }) =>
      volumes.map((volume) => volume.split(':')[0]),
    ),
  )
  return Object.keys(compose.volumes)
    .filter((volume) => !used.has(volume))
    .map((volume) => `unused volume ${volume}`)
}

function checkDockerfile(): string[] {
  const copied = Array.from(dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm), ([, paths = '']) =>
    paths.split(' '),
  ).flat()
  const missing = copied.filter((path) => !existsSync(resolve(root, path)))
  return [
    ...missing.map((path) => `the Dockerfile copies ${path}, which does not exist`),
    ...(/^HEALTHCHECK .*\n.*\/ready/m.test(dockerfile) ? [] : ['the HEALTHCHECK is not /ready']),
  ]
}

/**
 * Runs the linter on a copy of the Dockerfile in which values replace the variables, because the linter
 * refuses variables.
 */
function lintDockerfile(): RunResult {
  const folder = mkdtempSync(resolve(tmpdir(), 'mcp-dockerfile-'))
  try {
    const file = resolve(folder, 'Dockerfile')
    const base = /^ARG BASE=(.+)$/m.exec(dockerfile)?.[1] ?? ''
    writeFileSync(file, dockerfile.replaceAll('${BASE}', base).replaceAll('${PORT}', '5003'))
    return run('npx', ['--no-install', 'dockerfilelint', file], { cwd: root })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function lint(): string[] {
  const order = ['--disable-rule', 'services-alphabetical-order', '--max-warnings', '0']
  const linted = run('npx', ['--no-install', 'dclint', 'compose.yaml', ...order], { cwd: root })
  const checked = lintDockerfile()
  return [
    ...(linted.ok ? [] : [`dclint: ${linted.output}`]),
    ...(checked.ok ? [] : [`dockerfilelint: ${checked.output}`]),
  ]
}
