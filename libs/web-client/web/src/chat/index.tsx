import { McpError } from '@mcp/protocol/light'
import type { ConversationDetail } from '@mcp/protocol/rest'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'wouter'

import { IconButton } from '../elements/button.tsx'
import { Problem } from '../elements/problem.tsx'
import { link } from '../frame/addresses.ts'
import type { Prompt } from './composer/composer.tsx'
import { Composer } from './composer/composer.tsx'
import { ConversationPanel } from './conversations/conversation-panel.tsx'
import { ConversationHeader } from './conversations/conversation-header.tsx'
import { ConversationList } from './conversations/conversation-list.tsx'
import { StartPage } from './start-page.tsx'
import { conversationQuery } from './queries.ts'
import { SettingsBar } from './settings/settings-bar.tsx'
import { Thread } from './thread/thread.tsx'
import { UserMessage } from './thread/user-message.tsx'
import { useChat } from './use-chat.ts'

/** Conversations with the language model. */
export default function ChatPage() {
  const { '*': id = '' } = useParams<{ readonly '*'?: string }>()
  const [isListOpen, setListOpen] = useState(false)
  return (
    <div className="relative flex h-full">
      <ConversationPanel isOpen={isListOpen} onClose={() => setListOpen(false)}>
        <ConversationList
          current={id === '' ? undefined : id}
          onChoose={() => setListOpen(false)}
        />
      </ConversationPanel>
      <section aria-label="Conversation" className="flex min-w-0 grow flex-col">
        <ConversationPane id={id} key={id} onOpenList={() => setListOpen(true)} />
      </section>
    </div>
  )
}

interface ConversationPaneProps {
  readonly id: string
  readonly onOpenList: () => void
}

function ConversationPane({ id, onOpenList }: ConversationPaneProps) {
  const isNew = id === ''
  const { data, error } = useQuery({ ...conversationQuery(id), enabled: !isNew })
  // Another tab may have removed the conversation.
  const isGone = McpError.is(error) && error.code === 'not-found'
  return (
    <>
      <header className="flex min-h-10 items-center gap-1 border-b border-line px-3">
        <IconButton
          className="md:hidden"
          icon="more"
          label="Show the conversations"
          onClick={onOpenList}
        />
        {data === undefined ? (
          <h1 className="font-semibold">{isNew ? 'New conversation' : 'Conversation'}</h1>
        ) : (
          <ConversationHeader conversation={data} />
        )}
      </header>
      {error !== null && (data === undefined || isGone) && (
        <div className="p-4">
          <Problem error={error}>
            <Link className="underline" href={link('chat')}>
              Start a new conversation
            </Link>
          </Problem>
        </div>
      )}
      {(isNew || (data !== undefined && !isGone)) && <Conversation conversation={data} />}
    </>
  )
}

function Conversation({ conversation }: { readonly conversation: ConversationDetail | undefined }) {
  const chat = useChat(conversation)
  const [sending, setSending] = useState<Prompt>()
  const send = async (prompt: Prompt) => {
    setSending(prompt)
    const isAccepted = await chat.send(prompt)
    setSending(undefined)
    return isAccepted
  }
  const isEmpty = conversation === undefined || conversation.runs.length === 0
  const message = sending !== undefined && (
    <div aria-busy="true">
      <UserMessage text={sending.prompt} />
      <output className="block text-right text-sm text-muted">Sending…</output>
    </div>
  )
  return (
    <>
      {isEmpty ? (
        <div className="min-h-0 grow overflow-y-auto">
          <div className="mx-auto max-w-3xl px-4">
            {message === false ? (
              <StartPage onAsk={(prompt) => void send({ prompt, attachments: [] })} />
            ) : (
              <div className="py-4">{message}</div>
            )}
          </div>
        </div>
      ) : (
        <Thread
          actions={chat.actions}
          conversation={conversation}
          isSending={sending !== undefined}
        >
          {message}
        </Thread>
      )}
      <div className="mx-auto w-full max-w-3xl px-4 pb-3">
        <Composer
          draftId={conversation?.id ?? 'new'}
          error={chat.error}
          isRunning={chat.isRunning}
          isStopping={chat.isStopping}
          onSend={send}
          onStop={chat.stop}
        >
          <SettingsBar onChange={chat.changeSettings} settings={chat.settings} />
        </Composer>
      </div>
    </>
  )
}
