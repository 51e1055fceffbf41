import { McpError } from '@mcp/protocol'
import type { PromptContent, PromptFormat } from '@mcp/contracts/prompts'
import { serveJobs } from '@mcp/sandbox/worker'

import { compareContents } from './documents/compare-contents.ts'
import { decodeDocument } from './documents/decode-document.ts'
import { encodeDocument } from './documents/encode-document.ts'
import type { PromptDocument } from './documents/prompt-document.ts'
import { checkPrompt } from './templates/check-prompt.ts'
import type { RenderJob } from './templates/render-prompt.ts'
import { renderPrompt } from './templates/render-prompt.ts'

serveJobs({
  check: (content: PromptContent) => bounded(() => checkPrompt(content)),
  render: (job: RenderJob) => bounded(() => renderPrompt(job)),
  compare: ({ from, to }: { from: PromptContent; to: PromptContent }) =>
    bounded(() => compareContents(from, to)),
  encode: ({ format, document }: { format: PromptFormat; document: PromptDocument }) =>
    bounded(() => encodeDocument(format, document)),
  decode: ({ format, text }: { format: PromptFormat; text: string }) =>
    bounded(() => decodeDocument(format, text)),
})

function bounded<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    // The longest text or the deepest recursion there can be was reached.
    throw new McpError('payload-too-large', 'The work takes more than there is room for.', {
      cause: thrown,
    })
  }
}
