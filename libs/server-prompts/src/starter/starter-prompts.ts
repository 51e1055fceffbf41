import type { PromptStore } from '../store/prompt-store.ts'
import { engineeringPrompts } from './engineering-prompts.ts'
import type { StarterPrompt } from './starter-prompt.ts'
import { writingPrompts } from './writing-prompts.ts'

/** Ten prompts to start from. */
export const starterPrompts: readonly StarterPrompt[] = [...engineeringPrompts, ...writingPrompts]

/** Fills an empty store with the starter set. Two processes may do so at once. */
export async function addStarterPrompts(store: PromptStore): Promise<void> {
  for (const { name, content } of starterPrompts) {
    // Without the time, so that the files are the same wherever they are made.
    await store.add(name, 1, { content, message: 'From the starter set' })
  }
}
