import { McpError } from '@mcp/protocol'

import { createFileStores } from './file-stores.ts'

// Run by a test in a process whose files may not exceed a size: appends events until that fails.
const [, , file = ''] = process.argv
const reported: string[] = []
const stores = createFileStores(file, {
  onError: (error) => reported.push(McpError.is(error) ? error.message : String(error)),
})
const at = Date.now()
const session = { id: 'a', clientId: 'a', owner: undefined, metadata: '{}', createdAt: at }
await stores.sessions.create({ ...session, ttlMs: 60_000_000 })

let acknowledged = 0
for (;;) {
  try {
    const event = { id: `n-${acknowledged}`, type: 'note-added', data: 'x'.repeat(1000), at }
    await stores.events.append('a', event)
    acknowledged++
  } catch (error) {
    console.log(`acknowledged ${acknowledged}`)
    const { code, retryable, message } = McpError.from(error)
    console.log(`failed ${code} ${retryable} ${message}`)
    break
  }
}
console.log(`reported ${reported.length} ${reported.join(' ')}`)
console.log(`health ${stores.health().failure}`)
process.exit()
