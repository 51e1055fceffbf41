import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { describeEnvironment } from '@mcp/node'
import { expect, it } from 'vitest'
import * as z from 'zod'

import type { RunningApp } from '../running-app.ts'
import { freePort, spawnApp, waitUntil } from '../running-app.ts'
import { checkSchemas } from './check-schema.ts'
import type { Workload } from './manifests.ts'
import { readManifests, workloadsOf } from './manifests.ts'

const apps = resolve(import.meta.dirname, '../../../../apps')
const manifests = readManifests()
const workloads = workloadsOf(manifests)

it('has every app but the hub and the commands', () => {
  expect(workloads.map(({ name }) => name).toSorted()).toEqual([
    'client',
    'database-server',
    'internet-server',
    'prompts-server',
    'resources-server',
    'roots-server',
    'sampling-server',
    'session-manager',
    'tools-server',
  ])
})

it('is valid by the schemas of Kubernetes', async () => {
  expect(await checkSchemas(manifests)).toEqual([])
}, 60_000)

it.each([
  ['"readinessProbe"', '"readinesProbe"', /readinesProbe.* does not exist/],
  ['"runAsNonRoot"', '"runAsNonroot"', /runAsNonroot.* does not exist/],
  ['"containerPort":5000', '"containerPort":"5000"', /containerPort must be integer/],
  ['"minReplicas"', '"minReplica"', /minReplica.* does not exist/],
  ['"podSelector"', '"podSelectors"', /podSelectors.* does not exist/],
])(
  'reports %s that is misspelled as %s',
  async (right, wrong, problem) => {
    const broken = manifests
      .filter(({ value }) => JSON.stringify(value).includes(right))
      .map(({ file, apiVersion, kind, name, value }) => {
        const text = JSON.stringify(value).replace(right, wrong)
        return { file, apiVersion, kind, name, value: JSON.parse(text) }
      })
    expect(broken).not.toEqual([])
    expect((await checkSchemas(broken)).join('\n')).toMatch(problem)
  },
  60_000,
)

it.each(workloads)('sets only variables that $name reads, and its port', async (workload) => {
  const { name, container } = workload
  const module: unknown = await import(pathToFileURL(join(apps, name, 'src/config.ts')).href)
  const { config } = z.object({ config: z.instanceof(z.ZodObject) }).parse(module)
  const known = new Set(describeEnvironment(config).map((variable) => variable.name))
  expect(container.env.map((each) => each.name).filter((each) => !known.has(each))).toEqual([])
  const [{ containerPort }] = container.ports
  const variable = `${name.replaceAll('-', '_').toUpperCase()}_PORT`
  expect(container.env).toContainEqual({ name: variable, value: String(containerPort) })
  // Kubernetes would otherwise set the variable to the address of the service with this name.
  expect(workload.pod).toMatchObject({ enableServiceLinks: false })
  const needsData = known.has('MCP_DATA_DIR')
  expect(container.volumeMounts.some(({ mountPath }) => mountPath === '/data')).toBe(needsData)
})

it.each(workloads)('runs $name without rights that it does not need', ({ pod, container }) => {
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  })
  expect(container).toMatchObject({
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: { limits: { memory: expect.any(String) } },
  })
  expect(container.image).toMatch(/:\d+\.\d+\.\d+$/)
})

it('takes settings from the ConfigMap that it contains', () => {
  const settings = manifests.find(({ kind }) => kind === 'ConfigMap')?.value
  const used = workloads
    .flatMap(({ container }) => container.env)
    .flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef ?? [])
  expect(settings).toMatchObject({ metadata: { name: 'mcp' } })
  for (const { name, key } of used) {
    expect(name).toBe('mcp')
    expect(settings?.['data']).toHaveProperty([key])
  }
})

const selectorSchema = z.record(z.string(), z.string())

/** Names of the workloads whose pods have the labels. */
function selected(labels: unknown): readonly string[] {
  const required = Object.entries(selectorSchema.parse(labels))
  return workloads
    .filter(({ labels: own }) => required.every(([key, value]) => own[key] === value))
    .map(({ name }) => name)
}

it('has a service for each app, and selectors that select it', () => {
  for (const { name, selector } of workloads) {
    expect(selected(selector)).toEqual([name])
    const service = manifests.find((each) => each.kind === 'Service' && each.name === name)
    expect(selected(Object(service?.value['spec']).selector)).toEqual([name])
    const workload = workloads.find((each) => each.name === name)
    const port = workload?.container.ports[0].containerPort
    expect(service?.value['spec']).toMatchObject({ ports: [{ port, targetPort: 'http' }] })
  }
})

it.each(manifests.filter(({ kind }) => kind === 'PodDisruptionBudget'))(
  'selects the pods of the disruption budget $name',
  ({ name, value }) => {
    expect(selected(Object(value['spec']).selector.matchLabels)).toEqual([name])
  },
)

it.each(manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler'))(
  'scales the deployment $name',
  ({ name, value }) => {
    expect(value['spec']).toMatchObject({ scaleTargetRef: { kind: 'Deployment', name } })
    expect(manifests.find((each) => each.kind === 'Deployment' && each.name === name)).toBeDefined()
  },
)

it('limits who reaches which app by policies for names that exist', () => {
  const names = new Set(workloads.map(({ name }) => name))
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
  const named = policies.flatMap(({ value }) =>
    Array.from(JSON.stringify(value).matchAll(/"values":(\[[^\]]*\])/g), ([, list = '[]']) =>
      z.array(z.string()).parse(JSON.parse(list)),
    ).flat(),
  )
  expect(named.filter((name) => !names.has(name))).toEqual([])
  // Callers or session managers reach each app.
  expect([...names].filter((name) => !named.includes(name))).toEqual([])
})

/** Requests a path as the node of a cluster does, which has no token. */
function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((done) => {
    const sent = request(url, { headers }, (response) => {
      response.resume()
      done(response.statusCode ?? 0)
    })
    // It does not listen yet.
    sent.on('error', () => done(0))
    sent.end()
  })
}

/** The variables of a manifest for an app on this machine, with secrets and with other addresses. */
function environmentOf(
  { env }: Workload['container'],
  replaced: Readonly<Record<string, string>>,
): Record<string, string> {
  const values = env.flatMap(({ name, value }) => {
    if (value === undefined) return []
    // The discard port refuses connections at once.
    return [[name, name.endsWith('_URL') ? 'http://127.0.0.1:9' : value]]
  })
  const own = { MCP_TOKENS: 'me:a-long-secret-of-a-test', MCP_INTERNAL_TOKEN: 's'.repeat(32) }
  return { ...Object.fromEntries(values), ...own, ...replaced, HOST: '127.0.0.1' }
}

it('probes paths that the apps serve without a token', async () => {
  // The session manager is ready when it reaches a server, and the client when it reaches the session manager.
  const first = ['tools-server', 'session-manager', 'client']
  const rank = ({ name }: Workload): number => (first.indexOf(name) + 4) % 4
  const replaced: Record<string, string> = {}
  const data = mkdtempSync(join(tmpdir(), 'mcp-kubernetes-'))
  const running: RunningApp[] = []
  try {
    for (const { name, container } of workloads.toSorted((one, other) => rank(one) - rank(other))) {
      const variable = name.replaceAll('-', '_').toUpperCase()
      const port = String(await freePort())
      const url = `http://127.0.0.1:${port}`
      const own = { ...replaced, [`${variable}_PORT`]: port, MCP_DATA_DIR: join(data, name) }
      running.push(spawnApp({ app: name, environment: environmentOf(container, own) }))
      replaced[`${variable}_URL`] = url
      const { startupProbe, livenessProbe, readinessProbe } = container
      for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) {
        const headers = Object.fromEntries(
          httpGet.httpHeaders.map((each) => [each.name, each.value]),
        )
        expect(httpGet.port).toBe('http')
        await waitUntil(
          `${name} serves ${httpGet.path}`,
          async () => (await statusOf(`${url}${httpGet.path}`, headers)) === 200,
          90,
        )
        // The same path with the address of a pod, which a probe sends without the header.
        expect(await statusOf(`${url}${httpGet.path}`, { host: '10.0.0.7' })).toBe(403)
      }
    }
  } finally {
    await Promise.all(running.map((app) => app.stop()))
    rmSync(data, { recursive: true, force: true })
  }
}, 480_000)
