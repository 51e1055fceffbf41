import type { PromptContent, PromptFormat } from '@mcp/contracts/prompts'
import type { JobOptions, SandboxLimits } from '@mcp/sandbox'
import { createSandbox } from '@mcp/sandbox'

import type { ContentComparison } from '../documents/compare-contents.ts'
import type { PromptDocument, DecodedDocument } from '../documents/prompt-document.ts'
import type { PromptCheck } from '../templates/check-prompt.ts'
import type { RenderedPrompt, RenderJob } from '../templates/render-prompt.ts'

/** Processes untrusted templates, schemas and documents in worker processes. */
export interface PromptSandbox {
  check(content: PromptContent, options: JobOptions): Promise<PromptCheck>
  render(job: RenderJob, options: JobOptions): Promise<RenderedPrompt>
  compare(job: CompareJob, options: JobOptions): Promise<ContentComparison>
  encode(job: EncodeJob, options?: JobOptions): Promise<string>
  decode(job: DecodeJob, options?: JobOptions): Promise<DecodedDocument>
  close(): Promise<void>
}

export interface CompareJob {
  readonly from: PromptContent
  readonly to: PromptContent
}

export interface EncodeJob {
  readonly format: PromptFormat
  readonly document: PromptDocument
}

export interface DecodeJob {
  readonly format: PromptFormat
  readonly text: string
}

/** Creates a sandbox. The first job loads the libraries and starts a worker. */
export function createPromptSandbox(overrides?: SandboxLimits): PromptSandbox {
  const sandbox = createSandbox({
    worker: () => import.meta.resolve('@mcp/server-prompts/worker'),
    timeoutMs: 2_000,
    maxMemoryMb: 128,
    overrides,
  })

  /** Loads the schemas that validate the results of jobs. */
  const loadSchemas = async () => (await import('./job-results.ts')).jobResults

  return {
    async check(content, options) {
      const schemas = await loadSchemas()
      return schemas.check.parse(await sandbox.run('check', content, options))
    },
    async render(job, options) {
      const schemas = await loadSchemas()
      return schemas.render.parse(await sandbox.run('render', job, options))
    },
    async compare(job, options) {
      const schemas = await loadSchemas()
      return schemas.compare.parse(await sandbox.run('compare', job, options))
    },
    async encode(job, options) {
      const schemas = await loadSchemas()
      return schemas.encode.parse(await sandbox.run('encode', job, options))
    },
    async decode(job, options) {
      const schemas = await loadSchemas()
      return schemas.decode.parse(await sandbox.run('decode', job, options))
    },
    close: () => sandbox.close(),
  }
}
