import { createFileStores } from './file-stores.ts'

// Run by tests, which kill it: writes to the file without end, and prints each number once it is complete.
// Several are in progress at a time, and the journal is short, so that checkpoints run.
const [, , file = '', name = ''] = process.argv
const { sessions, responses, events, interactions } = createFileStores(file, {
  flushMs: 20,
  maxJournalBytes: 200_000,
})
const at = Date.now()
const id = `session-${name}`

await sessions.create({
  id,
  clientId: 'writer',
  owner: 'ada',
  metadata: '{"colour":"green"}',
  createdAt: at,
  ttlMs: 60_000_000,
})
await interactions.add(id, {
  id: 'int-1',
  requestId: 'r',
  kind: 'approval',
  message: 'Remove the note?',
  expiresAt: at + 1_000_000,
})
await responses.claim(id, {
  requestId: 'unfinished',
  fingerprint: 1,
  at,
  rerunLost: false,
  owner: 'ada',
})

let next = 0

async function write(): Promise<void> {
  for (;;) {
    const number = next++
    const requestId = `r-${number}`
    await responses.claim(id, {
      requestId,
      fingerprint: number,
      at,
      rerunLost: false,
      owner: 'ada',
    })
    await responses.settle(id, { requestId, ticket: 'file' }, at, {
      status: 200,
      body: `{"number":${number}}`,
    })
    await events.append(id, { id: `n-${number}`, type: 'note-added', data: `${number}`, at })
    await new Promise<void>((resolve) => {
      process.stdout.write(`${number}\n`, () => resolve())
    })
  }
}

await Promise.all([write(), write(), write(), write()])
