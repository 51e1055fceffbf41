import { createFileConversationStore } from './file-conversation-store.ts'

// Run by tests, which kill it: appends entries without end, and prints the position of each once it is
// durable. Several are in progress at a time.
const [, , file = '', id = ''] = process.argv
const store = createFileConversationStore(file)
const at = Date.now()
await store.save({
  id,
  owner: 'ada',
  title: 'killed',
  createdAt: at,
  updatedAt: at,
  isListed: true,
  data: '{}',
})

let last = 0

async function write(): Promise<void> {
  for (;;) {
    const seq = ++last
    await store.append(id, [{ seq, run: 1, at, kind: 'event', data: `"${seq}"` }])
    await new Promise<void>((resolve) => {
      process.stdout.write(`${seq}\n`, () => resolve())
    })
  }
}

await Promise.all([write(), write(), write()])
