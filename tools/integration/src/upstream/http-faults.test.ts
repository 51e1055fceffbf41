import { describe, expect, it } from 'vitest'

import { serve, startWith } from './remote-server.ts'

describe.each(['legacy', 'modern'] as const)('a %s server over HTTP', (era) => {
  it('names the server within a second if the response breaks off, and works again', async () => {
    await using system = await startWith(era)
    const waiting = system.call('wait')
    await expect.poll(() => system.counts.calls).toBe(1)
    // The stream of the response is open as soon as the call runs.
    const brokenAt = performance.now()
    system.server.breakResponses()
    expect(JSON.stringify(await waiting)).toContain('\\"remote\\"')
    expect(performance.now() - brokenAt).toBeLessThan(1000)
    expect(system.counts.calls).toBe(1)
    expect(await system.call('count')).toMatchObject({ content: [{ text: '2' }] })
  })
})

it('opens a forgotten session again, and runs the call once', async () => {
  await using system = await startWith('legacy')
  expect(await system.call('count')).toMatchObject({ content: [{ text: '1' }] })
  system.server.forget()
  expect(await system.call('count')).toMatchObject({ content: [{ text: '2' }] })
  expect(system.counts.calls).toBe(2)
})

it('reaches a server again that was restarted at its address, and runs each call once', async () => {
  await using system = await startWith('legacy')
  expect(await system.call('count')).toMatchObject({ content: [{ text: '1' }] })
  await system.server.close()
  expect(JSON.stringify(await system.call('count'))).toContain('\\"remote\\"')
  const port = Number(new URL(system.server.url).port)
  const restarted = await serve('legacy', system.counts, port)
  try {
    // The next start waits for the backoff after the failed one.
    await expect
      .poll(async () => JSON.stringify(await system.call('count')), { timeout: 10_000 })
      .toContain('"text":"2"')
    expect(system.counts.calls).toBe(2)
  } finally {
    await restarted.close()
  }
})
