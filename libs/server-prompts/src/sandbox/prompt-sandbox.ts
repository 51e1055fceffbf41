import type { PromptContent, PromptFormat } from '@mcp/contracts/prompts'
import type { SandboxOptions } from '@mcp/sandbox'

import type { ContentComparison } from '../documents/compare-contents.ts'
import type { PromptDocument, ReadDocument } from '../documents/prompt-document.ts'
import type { PromptCheck } from '../templates/check-prompt.ts'
import type { RenderedPrompt, RenderJob } from '../templates/render-prompt.ts'

/** How the worker processes that read and render templates are bounded. */
export type PromptsSandboxOptions = Omit<SandboxOptions, 'worker' | 'execArgv'>

/** Does in worker processes what works on templates, schemas and documents of others. */
export interface Evaluator {
  check(content: PromptContent, signal: AbortSignal): Promise<PromptCheck>
  render(job: RenderJob, signal: AbortSignal): Promise<RenderedPrompt>
  compare(job: CompareJob, signal: AbortSignal): Promise<ContentComparison>
  encode(job: EncodeJob, signal?: AbortSignal): Promise<string>
  decode(job: DecodeJob, signal?: AbortSignal): Promise<ReadDocument>
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

/** Creates an evaluator. Neither the sandbox's code nor a worker is loaded before the first job. */
export function createEvaluator(options: PromptsSandboxOptions = {}): Evaluator {
  const { timeoutMs = 2_000, memoryMb = 128, ...others } = options
  let started: ReturnType<typeof start> | undefined

  async function start() {
    const [{ createSandbox }, { jobResults }] = await Promise.all([
      import('@mcp/sandbox'),
      import('./job-results.ts'),
    ])
    const worker = import.meta.resolve('@mcp/server-prompts/worker')
    return { sandbox: createSandbox({ worker, timeoutMs, memoryMb, ...others }), jobResults }
  }

  /** Gives a job the sandbox that it runs in, and the schemas that its answer is read by. */
  function ready(): ReturnType<typeof start> {
    return (started ??= start())
  }

  return {
    async check(content, signal) {
      const { sandbox, jobResults } = await ready()
      return jobResults.check.parse(await sandbox.run('check', content, { signal }))
    },
    async render(job, signal) {
      const { sandbox, jobResults } = await ready()
      return jobResults.render.parse(await sandbox.run('render', job, { signal }))
    },
    async compare(job, signal) {
      const { sandbox, jobResults } = await ready()
      return jobResults.compare.parse(await sandbox.run('compare', job, { signal }))
    },
    async encode(job, signal) {
      const { sandbox, jobResults } = await ready()
      return jobResults.encode.parse(await sandbox.run('encode', job, { signal }))
    },
    async decode(job, signal) {
      const { sandbox, jobResults } = await ready()
      return jobResults.decode.parse(await sandbox.run('decode', job, { signal }))
    },
    async close() {
      await (await started)?.sandbox.close()
    },
  }
}
