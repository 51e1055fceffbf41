import { createFileStores } from './file-stores.ts'

// Run by a test, which kills it: writes to the file without end and prints each completed number.
const [, , file = ''] = process.argv
const { sessions, responses, events, interactions } = createFileStores(file)
const at = Date.now()

await sessions.create({
  id: 'a',
  clientId: 'writer',
  owner: 'ada',
  metadata: '{"colour":"green"}',
  createdAt: at,
  ttlMs: 60_000_000,
})
await interactions.add('a', {
  id: 'int-1',
  requestId: 'r',
  kind: 'approval',
  message: 'Remove the note?',
  expiresAt: at + 1_000_000,
})
await responses.claim('a', { requestId: 'unfinished', fingerprint: 1, at, rerunLost: false })

for (let number = 0; ; number++) {
  const requestId = `r-${number}`
  await responses.claim('a', { requestId, fingerprint: number, at, rerunLost: false })
  await responses.settle('a', requestId, at, { status: 200, body: `{"number":${number}}` })
  await events.append('a', { id: `n-${number}`, type: 'note-added', data: `${number}`, at })
  await new Promise<void>((resolve) => {
    process.stdout.write(`${number}\n`, () => resolve())
  })
}
