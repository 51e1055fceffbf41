import type {
  ClientRoot,
  HandlerContext,
  InteractionRequest,
  SamplingParams,
  SamplingResult,
} from '@mcp/protocol'
import { interactionContent, issuesOf, McpError, summarizeIssues } from '@mcp/protocol'
import type * as z from 'zod'

type Ask = HandlerContext['ask']

/** Requests a message from the language model of the caller. `label` names the operation. */
export function requestSample(
  ask: Ask,
  label: string,
  sampling: SamplingParams,
): Promise<SamplingResult> {
  const message = `${label} requests a message from your language model.`
  return requestContent(ask, { kind: 'sampling', message, sampling }, interactionContent.sampling())
}

/** Requests the root directories of the caller. `label` names the operation. */
export async function requestRoots(ask: Ask, label: string): Promise<readonly ClientRoot[]> {
  const message = `${label} requests the list of your root directories.`
  const schema = interactionContent.roots()
  return (await requestContent(ask, { kind: 'roots', message }, schema)).roots
}

/**
 * Returns the content of an accepted interaction.
 *
 * @throws McpError `forbidden` if it is not accepted, `invalid-params` if its content is invalid.
 */
async function requestContent<Content>(
  ask: Ask,
  interaction: InteractionRequest,
  schema: z.ZodType<Content>,
): Promise<Content> {
  const { action, content } = await ask(interaction)
  if (action !== 'accept') {
    throw new McpError('forbidden', `The user did not accept the ${interaction.kind} request.`, {
      details: { reason: 'interaction-declined', action },
    })
  }
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  throw invalidContent(parsed.error)
}

/** Creates the error for content of a response that does not match its schema. */
export function invalidContent({ issues }: Pick<z.core.$ZodError, 'issues'>): McpError {
  const listed = issuesOf(issues)
  return new McpError(
    'invalid-params',
    `Invalid response of the user: ${summarizeIssues(listed)}`,
    {
      details: { issues: listed },
    },
  )
}
