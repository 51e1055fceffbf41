import { afterEach, describe, expect, it } from 'vitest'

import { googleFormat } from '../../fixtures/stand-ins/google-format.ts'
import { responsesFormat } from '../../fixtures/stand-ins/responses-format.ts'
import { closeStandIns, startStandIn } from '../../fixtures/stand-ins/stand-in.ts'

afterEach(closeStandIns)

const request = { messages: [{ role: 'user', content: 'Hello' }] } as const
const hello = { turn: { text: ['Hello'] } }

describe.each([
  [
    responsesFormat,
    '"summary":"auto"',
    'Your organization must be verified to generate reasoning summaries.',
  ],
  [googleFormat, '"includeThoughts":true', 'Thinking is not enabled for this model.'],
])('provider $name', (format, requested, message) => {
  it('requests the reasoning as text', async () => {
    const { provider, bodies } = await startStandIn(format, [hello])
    await provider.generate(request)
    expect(bodies).toEqual([expect.stringContaining(requested)])
  })

  it('does without it if the provider refuses, also in later calls', async () => {
    const { provider, bodies } = await startStandIn(format, [{ status: 400, message }, hello])
    expect(await provider.generate(request)).toMatchObject({ text: 'Hello' })
    await provider.generate(request)
    expect(bodies.map((body) => body.includes(requested))).toEqual([true, false, false])
  })

  it('does not repeat a request that is refused for another reason', async () => {
    const responses = [{ status: 400, message: 'Bad tool.' }, hello]
    const { provider, bodies } = await startStandIn(format, responses)
    await expect(provider.generate(request)).rejects.toThrow('Bad tool.')
    expect(bodies).toHaveLength(1)
  })
})
