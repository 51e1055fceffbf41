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
  check: (content: PromptContent) => withRangeErrors(() => checkPrompt(content)),
  render: (job: RenderJob) => withRangeErrors(() => renderPrompt(job)),
  compare: ({ from, to }: { from: PromptContent; to: PromptContent }) =>
    withRangeErrors(() => compareContents(from, to)),
  encode: ({ format, document }: { format: PromptFormat; document: PromptDocument }) =>
    withRangeErrors(() => encodeDocument(format, document)),
  decode: ({ format, text }: { format: PromptFormat; text: string }) =>
    withRangeErrors(() => decodeDocument(format, text)),
})

/** Runs `work`. Throws `payload-too-large` if it exceeds a limit of the JavaScript engine. */
function withRangeErrors<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    // The JavaScript engine throws a RangeError for a string that is too long and for a stack overflow.
    throw new McpError('payload-too-large', 'The prompt is too large or too deeply nested.', {
      cause: thrown,
    })
  }
}
