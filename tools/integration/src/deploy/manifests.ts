import { readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { parseAllDocuments } from 'yaml'
import * as z from 'zod'

const folder = resolve(import.meta.dirname, '../../../../deploy/kubernetes')

/** A document of `deploy/kubernetes`. */
export interface Manifest {
  readonly file: string
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly value: Readonly<Record<string, unknown>>
}

const headSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
})

/** Reads all documents. */
export function readManifests(): readonly Manifest[] {
  return readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => {
      const value = headSchema.parse(document.toJS())
      const { apiVersion, kind, metadata } = value
      return { file, apiVersion, kind, name: metadata.name, value }
    }),
  )
}

const probeSchema = z.object({
  httpGet: z.object({
    path: z.string(),
    port: z.string(),
    httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })),
  }),
})
const keySchema = z.object({ name: z.string(), key: z.string() })
const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  ports: z.tuple([z.object({ name: z.string(), containerPort: z.number() })]),
  env: z.array(
    z.object({
      name: z.string(),
      value: z.string().optional(),
      valueFrom: z
        .object({ configMapKeyRef: keySchema.optional(), secretKeyRef: keySchema.optional() })
        .optional(),
    }),
  ),
  startupProbe: probeSchema,
  livenessProbe: probeSchema,
  readinessProbe: probeSchema,
  securityContext: z.looseObject({}),
  resources: z.looseObject({}),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
})

export type Container = z.output<typeof containerSchema>

const workloadSchema = z.object({
  spec: z.looseObject({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({ containers: z.tuple([containerSchema]) }),
    }),
  }),
})

/** The pods of an app. */
export interface Workload {
  readonly name: string
  readonly selector: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly pod: Readonly<Record<string, unknown>>
  readonly container: Container
}

/** Returns the workloads, one for each app. */
export function workloadsOf(manifests: readonly Manifest[]): readonly Workload[] {
  return manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({ name, value }) => {
      const { selector, template } = workloadSchema.parse(value).spec
      const [container] = template.spec.containers
      const { labels } = template.metadata
      return { name, selector: selector.matchLabels, labels, pod: template.spec, container }
    })
}
