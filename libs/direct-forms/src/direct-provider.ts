import { builtinServers } from '@mcp/contracts'
import type {
  CatalogueOperation,
  ModelMessage,
  ModelProvider,
  ModelRequest,
  ModelResponse,
  ModelToolMessage,
} from '@mcp/llm'
import { readCallResults, toolName } from '@mcp/llm'
import { formatResult } from '@mcp/offline-planner'
import { isRecord } from '@mcp/protocol'

import type { DirectProblem, Invocation } from './direct-call.ts'
import { invoke } from './direct-call.ts'
import type { FileForm } from './forms/file-form.ts'
import { splitRoot } from './forms/file-form.ts'
import { readDirectForm } from './parse-direct-form.ts'

/** The provider of a run and the operations that the run may call. */
export interface RunProvider {
  readonly provider: ModelProvider
  readonly catalogue: readonly CatalogueOperation[]
}

const id = 'direct'

/**
 * Returns the provider that runs a prompt. If the prompt is a direct form, a provider with the id
 * `direct` makes its call, so that the agent applies its limits and approvals. Otherwise returns
 * `run`. With a language model, a direct form must begin with `/`.
 *
 * @example
 * await runAgent({ prompt, call, ...chooseDirectProvider(prompt, { provider, catalogue }) })
 */
export function chooseDirectProvider(prompt: string, run: RunProvider): RunProvider {
  const { provider, catalogue } = run
  if (provider.offline !== true && !prompt.trimStart().startsWith('/')) return run
  const form = readDirectForm(prompt, catalogue)
  if (form === undefined) return run
  if ('mustExist' in form) return { provider: createProvider(prompt, form, run), catalogue }
  const direct = createProvider(prompt, form, run)
  // A user may also call the operations that are not offered to models.
  const called = 'called' in form ? [{ ...form.called, audience: 'model' as const }] : []
  return { provider: direct, catalogue: called }
}

type Form = Invocation | DirectProblem | FileForm

/** The next thing that a run does. `undecided`: the text is not a direct form after all. */
type Step = (Invocation & { readonly id: string }) | { readonly text: string } | 'undecided'

function createProvider(
  prompt: string,
  form: Form,
  { provider, catalogue }: RunProvider,
): ModelProvider {
  function respond(request: ModelRequest): ModelResponse | undefined {
    const step = nextStep(form, readResults(request.messages), { prompt, catalogue })
    if (step === 'undecided') return undefined
    const usage = { inputTokens: 0, outputTokens: 0 }
    if ('text' in step) {
      return { text: step.text, toolCalls: [], stopReason: 'stop', model: id, usage }
    }
    const call = {
      id: step.id,
      name: toolName(step.called),
      arguments: step.arguments,
      providerData: step.id,
    }
    return { text: '', toolCalls: [call], stopReason: 'tool-calls', model: id, usage }
  }

  return {
    id,
    label: 'direct form',
    offline: true,
    maxTools: Number.POSITIVE_INFINITY,
    listModels: () => [{ id }],
    generate: async (request, options) => respond(request) ?? provider.generate(request, options),
    async *stream(request, options) {
      const response = respond(request)
      if (response === undefined) {
        yield* provider.stream(request, options)
        return
      }
      if (response.text !== '') yield { type: 'text-delta', text: response.text }
      yield { type: 'response-finished', response }
    },
  }
}

const callIds = { roots: 'direct-roots', path: 'direct-path', call: 'direct-call' }

/** Returns the results of the calls of this prompt, by the id that the provider gave to the call. */
function readResults(messages: readonly ModelMessage[]): Map<unknown, ModelToolMessage> {
  return new Map(
    readCallResults(messages).map(({ providerData, message }) => [providerData, message]),
  )
}

interface StepContext {
  readonly prompt: string
  readonly catalogue: readonly CatalogueOperation[]
}

function nextStep(
  form: Form,
  results: ReadonlyMap<unknown, ModelToolMessage>,
  { prompt, catalogue }: StepContext,
): Step {
  if ('problem' in form) return { text: form.problem }
  const result = results.get(callIds.call)
  if (result !== undefined) {
    const { isError = false, content } = result
    return { text: isError ? content : formatResult(result.result ?? content, prompt) }
  }
  if ('called' in form) return { ...form, id: callIds.call }
  return nextFileStep(form, results, catalogue)
}

/** Lists the roots, then looks the path up if it must exist, then makes the call. */
function nextFileStep(
  form: FileForm,
  results: ReadonlyMap<unknown, ModelToolMessage>,
  catalogue: readonly CatalogueOperation[],
): Step {
  const listed = results.get(callIds.roots)
  if (listed === undefined) {
    const listRoots = invoke(catalogue, [builtinServers.roots, 'listRoots'], {})
    if ('called' in listRoots) return { ...listRoots, id: callIds.roots }
    return form.mustExist ? 'undecided' : { text: listRoots.problem }
  }
  const roots = namesOf(listed.result)
  if (roots.length === 0) {
    return form.mustExist
      ? 'undecided'
      : { text: 'No folder is accessible. Set ROOTS to open one.' }
  }
  const { root, path } = splitRoot(form.path, roots)
  if (form.mustExist) {
    const found = results.get(callIds.path)
    if (found === undefined) {
      const resolve = invoke(catalogue, [builtinServers.roots, 'resolvePath'], { root, path })
      return 'called' in resolve ? { ...resolve, id: callIds.path } : 'undecided'
    }
    if (!isRecord(found.result) || found.result['exists'] !== true) return 'undecided'
  }
  const call = form.call(root, path)
  return 'called' in call ? { ...call, id: callIds.call } : { text: call.problem }
}

function namesOf(list: unknown): string[] {
  const items = isRecord(list) ? list['items'] : undefined
  if (!Array.isArray(items)) return []
  return items.flatMap((item: unknown) =>
    isRecord(item) && typeof item['name'] === 'string' ? [item['name']] : [],
  )
}
