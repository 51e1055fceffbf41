import { useState } from 'react'
import { useLocation } from 'wouter'

import { formatDirectForm } from '../chat/composer/format-direct-form.ts'
import { addToDraft } from '../chat/composer/use-draft.ts'
import { Button } from '../elements/button.tsx'
import { link } from '../frame/addresses.ts'
import { serviceUrl } from '../data/service-url.ts'
import { currentToken } from '../data/token.ts'
import type { CatalogueEntry } from './catalogue.ts'
import { asCommand, asCurl, asTypeScript } from './copy-call.ts'
import type { Arguments } from './operation-call.ts'
import { SaveButton } from './saved/save-button.tsx'

const formats = [
  { name: 'curl', format: asCurl },
  { name: 'TypeScript', format: asTypeScript },
  { name: 'mcp', format: asCommand },
] as const

/** Buttons that copy a call for a shell or a program, save it, or put it into a message. */
export function CopyBar({
  entry,
  args,
}: {
  readonly entry: CatalogueEntry
  readonly args: Arguments
}) {
  const [message, setMessage] = useState('')
  const [, navigate] = useLocation()
  const copy = (name: string, format: typeof asCurl) => {
    const text = format({
      entry,
      args,
      url: serviceUrl.href,
      needsToken: currentToken() !== '',
    })
    navigator.clipboard.writeText(text).then(
      () => setMessage(`Copied for ${name}.`),
      () => setMessage('The browser refused to copy.'),
    )
  }
  return (
    <div aria-label="Use the call" className="flex flex-wrap items-center gap-1" role="group">
      <SaveButton args={args} entry={entry} />
      <Button
        icon="chat"
        kind="quiet"
        onClick={() => {
          addToDraft('new', formatDirectForm(entry.name, args))
          navigate(link('chat'))
        }}
      >
        Open in chat
      </Button>
      <span aria-hidden="true" className="text-sm text-muted">
        Copy as
      </span>
      {formats.map(({ name, format }) => (
        <Button key={name} kind="quiet" onClick={() => copy(name, format)}>
          <span className="sr-only">Copy as </span>
          {name}
        </Button>
      ))}
      <span className="text-sm text-muted" role="status">
        {message}
      </span>
    </div>
  )
}
