import type { ModelList } from '@mcp/protocol/rest'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'

import { Button } from '../elements/button.tsx'
import { Problem } from '../elements/problem.tsx'
import { queryKeys, useModels } from '../data/queries.ts'
import { rest } from '../data/rest.ts'
import { hasModel } from '../data/has-model.ts'
import { KeyForm } from './key-form.tsx'
import { PromptChips } from './prompt-chips.tsx'

export interface StartPageProps {
  /** Sends a prompt. */
  readonly onAsk: (prompt: string) => void
}

// With a model, only a prompt with a slash runs directly.
const direct = ['/6 * 7', '/select 1 as one', '/roots.listRoots', '/prompts.list']

const examplePrompts = [
  'What can you do here?',
  'Which files are in my workspace?',
  'Which tables are in the database, and what is in them?',
]

/** Shown before the first message: how to get a model, or what to ask. */
export function StartPage({ onAsk }: StartPageProps) {
  const models = useModels()
  if (models.data === undefined) {
    return models.error === null ? null : <Problem error={models.error} />
  }
  const isReady = hasModel(models.data)
  return (
    <div className="space-y-6 py-8">
      <h2 className="text-xl font-semibold">
        {isReady ? 'What do you want to know?' : 'No language model yet'}
      </h2>
      {!isReady && <ConnectModel models={models.data} />}
      <PromptChips
        label={isReady ? 'Ask' : 'These run without a model'}
        onChoose={onAsk}
        prompts={isReady ? examplePrompts : direct}
      />
      {isReady && <PromptChips label="Run directly" onChoose={onAsk} prompts={direct} />}
    </div>
  )
}

function ConnectModel({ models }: { readonly models: ModelList }) {
  const [isPasting, setPasting] = useState(false)
  const client = useQueryClient()
  const refresh = () => client.invalidateQueries({ queryKey: queryKeys.models })
  const find = useMutation({
    mutationFn: async () => {
      const { providers } = await rest.providers.discover()
      const [first] = providers
      if (first === undefined) return 0
      await rest.providers.configure(first.id, { url: first.url })
      return providers.length
    },
    onSuccess: refresh,
  })
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap gap-2">
        <Button disabled={find.isPending} icon="search" onClick={() => find.mutate()}>
          {find.isPending ? 'Searching…' : 'Find a model on this machine'}
        </Button>
        <Button aria-expanded={isPasting} icon="key" onClick={() => setPasting(!isPasting)}>
          Paste a key
        </Button>
      </div>
      {find.data === 0 && (
        <output className="block text-sm">
          No model server responds at the usual ports of this machine. Start Ollama, LM Studio,
          llama.cpp or vLLM and try again, or paste a key.
        </output>
      )}
      {find.error !== null && <Problem error={find.error} />}
      {isPasting && <KeyForm models={models} onSaved={refresh} />}
    </div>
  )
}
