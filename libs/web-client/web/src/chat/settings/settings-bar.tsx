import type { ConversationSettings } from '@mcp/protocol/rest'
import { useState } from 'react'

import { Button } from '../../elements/button.tsx'
import { useModels } from '../../data/queries.ts'
import { modelTitle } from '../../data/has-model.ts'
import { ToolsDialog } from './tools-dialog.tsx'

export interface SettingsBarProps {
  readonly settings: ConversationSettings
  readonly onChange: (changes: ConversationSettings) => void
}

const policies = {
  'changes-or-leaves': 'Asks before changes and sending',
  changes: 'Asks before changes',
  always: 'Asks before every call',
} as const

type Policy = keyof typeof policies

const select =
  'min-h-8 max-w-44 truncate rounded-md border border-transparent bg-transparent px-1 text-sm text-muted hover:bg-sunken'

/** The model, the tools and the approvals of a conversation. */
export function SettingsBar({ settings, onChange }: SettingsBarProps) {
  const [isChoosing, setChoosing] = useState(false)
  const { off = [] } = settings.tools ?? {}
  return (
    <>
      <ModelSelect model={settings.model} onChange={(model) => onChange({ model })} />
      <select
        aria-label="Approvals"
        className={select}
        onChange={({ target }) => {
          if (isPolicy(target.value)) onChange({ policy: target.value })
        }}
        value={settings.policy ?? 'changes-or-leaves'}
      >
        {Object.entries(policies).map(([policy, label]) => (
          <option key={policy} value={policy}>
            {label}
          </option>
        ))}
      </select>
      <Button className="text-sm" kind="quiet" onClick={() => setChoosing(true)}>
        <span className="text-muted">Tools{off.length === 0 ? '' : ` (${off.length} off)`}</span>
      </Button>
      {isChoosing && (
        <ToolsDialog
          onChange={(tools) => onChange({ tools })}
          onClose={() => setChoosing(false)}
          tools={settings.tools ?? {}}
        />
      )}
    </>
  )
}

function isPolicy(text: string): text is Policy {
  return Object.hasOwn(policies, text)
}

interface ModelSelectProps {
  readonly model: string | undefined
  readonly onChange: (model: string) => void
}

function ModelSelect({ model, onChange }: ModelSelectProps) {
  const { data } = useModels()
  const providers = data?.providers.filter(({ models }) => models.length > 0) ?? []
  const first = data?.providers.find(({ id }) => id === data.default)
  if (data === undefined) return null
  if (providers.length === 0) {
    return <span className="px-1 text-sm text-muted">Model: {modelTitle(data)}</span>
  }
  const isListed = providers.some(({ models }) => model !== undefined && models.includes(model))
  return (
    <select
      aria-label="Model"
      className={select}
      onChange={({ target }) => onChange(target.value)}
      value={model ?? ''}
    >
      {model === undefined && (
        <option value="">
          {first === undefined ? 'Default model' : `${first.title} (default)`}
        </option>
      )}
      {model !== undefined && !isListed && <option value={model}>{model}</option>}
      {providers.map(({ id, title, models }) => (
        <optgroup key={id} label={title}>
          {models.map((name) => (
            <option key={name} value={name}>
              {name.slice(id.length + 1)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  )
}
