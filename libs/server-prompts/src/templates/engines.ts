import type { PromptEngine } from '@mcp/contracts/prompts'

import { liquidEngine } from './liquid-engine.ts'
import { mustacheEngine } from './mustache-engine.ts'
import { plainEngine } from './plain-engine.ts'
import type { TemplateEngine } from './template-engine.ts'

/** The template engines by name. */
export const engines: Readonly<Record<PromptEngine, TemplateEngine>> = {
  mustache: mustacheEngine,
  liquid: liquidEngine,
  none: plainEngine,
}
