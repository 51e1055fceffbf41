import type { PromptStore } from '../store/prompt-store.ts'
import { engineeringPrompts } from './engineering-prompts.ts'
import type { StarterPrompt } from './starter-prompt.ts'
import { writingPrompts } from './writing-prompts.ts'

/** The ten starter prompts. */
export const starterPrompts: readonly StarterPrompt[] = [...engineeringPrompts, ...writingPrompts]

/** Adds the starter prompts to an empty store. Several processes may do so concurrently. */
export async function addStarterPrompts(store: PromptStore): Promise<void> {
  for (const { name, content } of starterPrompts) {
    // The versions have no timestamp, so that the files are identical on every machine.
    await store.add(name, 1, { content, message: 'Starter prompt' })
  }
}
