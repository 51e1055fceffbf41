import type { ConversationExport } from '@mcp/conversations'

import { toConversation, toEntry } from '../conversations/conversation-table.ts'
import { conversationFormat } from '../conversations/format.ts'
import { openReadOnly } from './open-read-only.ts'

/**
 * Opens the conversations in the file of a client app that has stopped. Locks the file until it is closed, and
 * does not change it.
 *
 * @throws McpError if the file is missing, damaged, or in use.
 */
export function openFileConversationExport(file: string): ConversationExport {
  const source = openReadOnly(file, conversationFormat)
  return {
    *conversations() {
      // In the order of their updates, so that a limit of the target removes those that were updated first.
      const all = 'SELECT * FROM conversations ORDER BY updated_at, id'
      for (const row of source.rows(all)) yield toConversation(row)
    },
    *entries(id) {
      const entries = 'SELECT * FROM entries WHERE conversation = ? ORDER BY seq'
      for (const row of source.rows(entries, id)) yield toEntry(row)
    },
    close: () => source.close(),
  }
}
