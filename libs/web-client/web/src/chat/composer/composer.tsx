import type { Attachment } from '@mcp/protocol/rest'
import type { KeyboardEvent, ReactNode } from 'react'
import { useRef, useState } from 'react'

import { Button } from '../../elements/button.tsx'
import { Problem } from '../../elements/problem.tsx'
import { AttachmentChips } from './attachment-chips.tsx'
import { CommandForm } from './command-form.tsx'
import type { CommandEntry } from './command-form-props.ts'
import type { MenuEntry } from './menu-entries.ts'
import type { Trigger } from './read-trigger.ts'
import { MessageField } from './message-field.tsx'
import { replaceTrigger } from './read-trigger.ts'
import { sendDirectForm } from './send-direct-form.ts'
import { useDraft } from './use-draft.ts'
import { useMenu } from './use-menu.ts'

export interface Prompt {
  readonly prompt: string
  readonly attachments: readonly Attachment[]
}

export interface ComposerProps {
  /** Id of the conversation, or `new`. */
  readonly draftId: string
  readonly isRunning: boolean
  readonly isStopping: boolean
  readonly error: unknown
  /** Sends a prompt. Resolves with true if the prompt was accepted. */
  readonly onSend: (prompt: Prompt) => Promise<boolean>
  readonly onStop: () => void
  /** Controls beside the button that sends. */
  readonly children: ReactNode
}

/** The field for prompts, with menus for `/` and `@`. Enter sends, and Shift-Enter breaks the line. */
export function Composer(props: ComposerProps) {
  const { draftId, isRunning, isStopping, error, onSend, onStop, children } = props
  const [text, setText] = useDraft(draftId)
  const [attachments, setAttachments] = useState<readonly MenuEntry[]>([])
  const [command, setCommand] = useState<CommandEntry>()
  const field = useRef<HTMLTextAreaElement>(null)
  const menu = useMenu(text)

  const { isSending, send } = useSend({ onSend, isRunning, attachments }, () => setAttachments([]))

  async function sendMessage(): Promise<void> {
    if (await send(text.trim())) setText('')
  }

  function insert(trigger: Trigger, replacement: string): void {
    const replaced = replaceTrigger(text, trigger, replacement)
    setText(replaced.text)
    menu.close()
    field.current?.focus()
    requestAnimationFrame(() => field.current?.setSelectionRange(replaced.caret, replaced.caret))
  }

  function choose(entry: MenuEntry): void {
    const { trigger } = menu
    if (trigger === undefined) return
    insert(trigger, '')
    if (entry.kind !== 'attachment') setCommand(entry)
    else if (!attachments.some(({ label }) => label === entry.label)) {
      setAttachments([...attachments, entry])
    }
  }

  function stop(): void {
    onStop()
    // The button disappears, so the field gets the focus. Otherwise the focus would be lost.
    field.current?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    // An input method uses Enter and Escape while it composes a text.
    if (event.nativeEvent.isComposing) return
    const handled = menu.onKeyDown(event, choose)
    if (handled || event.key !== 'Enter' || event.shiftKey) return
    event.preventDefault()
    void sendMessage()
  }

  if (command !== undefined) {
    return (
      <CommandForm
        entry={command}
        onClose={() => setCommand(undefined)}
        onInsert={(inserted) => {
          setText(text === '' ? inserted : `${text}\n\n${inserted}`)
          setCommand(undefined)
        }}
        onRun={(directForm) => {
          setCommand(undefined)
          void sendDirectForm(directForm, { draft: text, setText, send })
        }}
      />
    )
  }
  return (
    <form
      className="relative"
      onSubmit={(event) => {
        event.preventDefault()
        void sendMessage()
      }}
    >
      {error !== undefined && error !== null && <Problem error={error} />}
      <div className="rounded-lg border border-edge bg-surface focus-within:outline-2 focus-within:outline-accent">
        <AttachmentChips entries={attachments} onChange={setAttachments} />
        <MessageField
          field={field}
          menu={menu}
          onChoose={choose}
          onKeyDown={onKeyDown}
          onText={setText}
          text={text}
        />
        <div className="flex flex-wrap items-center gap-1 px-2 pb-2">
          {children}
          <span className="ml-auto">
            <ComposerButton
              isEmpty={text.trim() === ''}
              isRunning={isRunning}
              isSending={isSending}
              isStopping={isStopping}
              onStop={stop}
            />
          </span>
        </div>
      </div>
    </form>
  )
}

interface SendOptions extends Pick<ComposerProps, 'onSend' | 'isRunning'> {
  readonly attachments: readonly MenuEntry[]
}

/**
 * Sends prompts, one at a time. `send` resolves with true, and `onAccepted` is called, if a prompt was accepted.
 */
function useSend({ onSend, isRunning, attachments }: SendOptions, onAccepted: () => void) {
  const [isSending, setSending] = useState(false)
  async function send(prompt: string): Promise<boolean> {
    if (prompt === '' || isRunning || isSending) return false
    setSending(true)
    const sent = attachments.flatMap((entry) =>
      entry.kind === 'attachment' ? [entry.attachment] : [],
    )
    const isAccepted = await onSend({ prompt, attachments: sent })
    setSending(false)
    if (isAccepted) onAccepted()
    return isAccepted
  }
  return { isSending, send }
}

interface ComposerButtonProps {
  readonly isEmpty: boolean
  readonly isSending: boolean
  readonly isRunning: boolean
  readonly isStopping: boolean
  readonly onStop: () => void
}

/** Sends the message or, during a run, stops the run. */
function ComposerButton({
  isEmpty,
  isSending,
  isRunning,
  isStopping,
  onStop,
}: ComposerButtonProps) {
  return isRunning ? (
    <Button disabled={isStopping} icon="stop" kind="danger" onClick={onStop}>
      {isStopping ? 'Stopping…' : 'Stop'}
    </Button>
  ) : (
    <Button disabled={isSending || isEmpty} icon="send" kind="primary" type="submit">
      {isSending ? 'Sending…' : 'Send'}
    </Button>
  )
}
