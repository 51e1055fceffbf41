import { createFileStore } from './file-store.ts'

// Run by a test, which kills it in the middle: writes to the file without end, and says what is done.
const [, , file = ''] = process.argv
const store = createFileStore(file)
const at = Date.now()

await store.create({
  id: 'a',
  clientId: 'writer',
  owner: 'ada',
  metadata: { colour: 'green' },
  createdAt: at,
  ttlMs: 60_000_000,
})
await store.ask('a', {
  id: 'int-1',
  requestId: 'r',
  kind: 'approval',
  message: 'May I?',
  expiresAt: at + 1_000_000,
})
await store.claim('a', { requestId: 'unfinished', fingerprint: 1, at, rerunLost: false })

for (let number = 0; ; number++) {
  const requestId = `r-${number}`
  await store.claim('a', { requestId, fingerprint: number, at, rerunLost: false })
  await store.settle('a', requestId, at, { status: 200, body: `{"number":${number}}` })
  await store.append('a', { id: `n-${number}`, type: 'note-added', data: `${number}`, at })
  await new Promise<void>((resolve) => {
    process.stdout.write(`${number}\n`, () => resolve())
  })
}
