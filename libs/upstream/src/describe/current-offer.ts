import type { Catalogue } from '../catalogue/catalogue.ts'
import type { UpstreamEntry } from '../entry/upstream-entry.ts'
import type { ChangedTool } from '../pins/tool-definition.ts'
import type { ToolPinsOptions } from '../pins/tool-pins.ts'
import { createToolPins } from '../pins/tool-pins.ts'
import type { Published } from './published.ts'
import { publish } from './published.ts'

/** The offer of an upstream server: its catalogue after the filter and the pins. */
export interface CurrentOffer {
  /**
   * Reads the approved definitions. If tools differ from them, reads them once more, because another process
   * may have approved the tools. Never throws.
   */
  load(): Promise<void>
  published(): Published
  /** Tools whose definition differs from the approved one. */
  changed(): readonly ChangedTool[]
  /**
   * Whether a tool is not offered because its definition has changed, or because the approved definitions are
   * not loaded yet.
   */
  isWithdrawn(tool: string): boolean
  /** Approves the changed definitions of tools. See `ToolPins.approve`. */
  approve(tools: readonly string[] | undefined): Promise<void>
  /** Computes the offer again at the next use. */
  invalidate(): void
}

export interface CurrentOfferOptions extends Omit<ToolPinsOptions, 'name' | 'mode'> {
  readonly entry: Pick<UpstreamEntry, 'name' | 'hub' | 'transport'>
  readonly catalogue: () => Catalogue | undefined
  /** Called if another process has approved definitions. */
  readonly onApprovedElsewhere: () => void
}

const noCatalogue = { tools: [], prompts: [] }

export function createCurrentOffer({
  entry,
  catalogue,
  onApprovedElsewhere,
  ...options
}: CurrentOfferOptions): CurrentOffer {
  const { name, hub } = entry
  const pins = createToolPins({ ...options, name, mode: hub.pins })
  let offer: { published: Published; changed: readonly ChangedTool[] } | undefined

  /** Whether no tool may be offered, because it is not known which ones have changed. */
  function isUnchecked(): boolean {
    return hub.pins === 'hold' && !pins.isLoaded()
  }

  function current() {
    if (offer !== undefined) return offer
    const listed = catalogue()
    // Before the catalogue is read, there is nothing to compute. Before the pins are loaded, each tool would
    // count as new, and its definition would be approved.
    if (listed === undefined || !pins.isLoaded()) {
      const unchecked = isUnchecked() ? noCatalogue : listed
      return { published: publish(unchecked ?? noCatalogue, name, entry), changed: [] }
    }
    const { offered, changed } = pins.check(listed.tools)
    offer = { published: publish({ ...listed, tools: offered }, name, entry), changed }
    return offer
  }

  return {
    async load() {
      await pins.load()
      if (current().changed.length === 0 || !(await pins.reload())) return
      offer = undefined
      onApprovedElsewhere()
    },
    published: () => current().published,
    changed: () => current().changed,
    isWithdrawn: (tool) =>
      isUnchecked() || current().changed.some((each) => each.tool === tool && !each.isOffered),
    async approve(tools) {
      await pins.load()
      await pins.approve(catalogue()?.tools ?? [], tools)
    },
    invalidate() {
      offer = undefined
    },
  }
}
