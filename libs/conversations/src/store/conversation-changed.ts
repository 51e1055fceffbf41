import { McpError } from '@mcp/protocol'

const reason = 'changed'

/** Creates the error of a save that expects another state of the stored conversation. */
export function conversationChanged(): McpError {
  return new McpError('conflict', 'The conversation was changed meanwhile. Load it again.', {
    retryable: true,
    details: { reason },
  })
}

/** Whether an error is one of {@link conversationChanged}. */
export function isConversationChanged(thrown: unknown): boolean {
  return McpError.is(thrown) && thrown.details?.['reason'] === reason
}
