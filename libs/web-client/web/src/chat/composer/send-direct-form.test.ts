import { expect, it } from 'vitest'

import { sendDirectForm } from './send-direct-form.ts'

/** Sends a form beside a draft. Returns the prompts that were sent, and the text of the field afterwards. */
async function run(draft: string, isAccepted: boolean) {
  const sent: string[] = []
  let text = draft
  await sendDirectForm('/cat a.md', {
    draft,
    setText(next) {
      text = next
    },
    async send(prompt) {
      sent.push(prompt)
      return isAccepted
    },
  })
  return { sent, text }
}

it('keeps the draft of the message if a form is accepted', async () => {
  expect(await run('hello', true)).toEqual({ sent: ['/cat a.md'], text: 'hello' })
})

it('keeps the form and the draft if the form is not accepted', async () => {
  expect(await run('hello', false)).toEqual({ sent: ['/cat a.md'], text: '/cat a.md\n\nhello' })
})

it('clears the field if there was no draft', async () => {
  expect(await run('', true)).toEqual({ sent: ['/cat a.md'], text: '' })
  expect(await run(' ', false)).toEqual({ sent: ['/cat a.md'], text: '/cat a.md' })
})
