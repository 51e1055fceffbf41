import type { prompts } from '@mcp/contracts/prompts'
import type { Handlers } from '@mcp/server'
import { notFound } from '@mcp/server'

import { findPrompt, labelOf, latestOf, readVersion } from '../library/find-version.ts'
import type { Library } from '../library/library.ts'

type LabelHandlers = Pick<Handlers<typeof prompts>, 'setLabel' | 'removeLabel'>

/** Creates the handlers that move and remove labels. */
export function createLabelHandlers(library: Library): LabelHandlers {
  return {
    async setLabel({ prompt, label, version }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const target = version ?? latestOf(record)
      await readVersion(store, record, target)
      const previous = labelOf(record, label)
      await store.setLabel(prompt, label, target)
      await library.publishChanges(prompt)
      return { label, version: target, ...(previous === undefined ? {} : { previous }) }
    },
    async removeLabel({ prompt, label }) {
      const store = await library.open()
      const record = await findPrompt(store, prompt)
      const version = labelOf(record, label)
      if (version === undefined) {
        throw notFound(`label of "${prompt}"`, label, Object.keys(record.labels))
      }
      await store.setLabel(prompt, label, undefined)
      await library.publishChanges(prompt)
      return { label, version }
    },
  }
}
