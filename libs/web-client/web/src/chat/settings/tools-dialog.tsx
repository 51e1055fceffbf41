import type { OperationDescription, ServerListing } from '@mcp/protocol'
import type { ConversationSettings } from '@mcp/protocol/rest'
import { useMemo } from 'react'
import { Link } from 'wouter'

import { Dialog } from '../../elements/dialog.tsx'
import { Problem } from '../../elements/problem.tsx'
import { useCatalogue } from '../../data/queries.ts'
import { link } from '../../frame/addresses.ts'
import { toolCost } from './tool-cost.ts'

type Tools = NonNullable<ConversationSettings['tools']>

export interface ToolsDialogProps {
  readonly tools: Tools
  readonly onChange: (tools: Tools) => void
  readonly onClose: () => void
}

/** The servers and operations that the model may use, with their cost. */
export function ToolsDialog({ tools, onChange, onClose }: ToolsDialogProps) {
  const { data: servers = [], error } = useCatalogue()
  const { off = [], pinned = [] } = tools
  return (
    <Dialog className="max-w-2xl" onClose={onClose} title="Tools of this conversation">
      <p className="mb-3 text-sm text-muted">
        The model finds operations by search. Those that are always offered cost their tokens in
        each request. Calls that you always allowed are listed under{' '}
        <Link className="text-accent underline" href={link('servers', 'approvals')}>
          Approvals
        </Link>
        .
      </p>
      {error !== null && <Problem error={error} />}
      <ul className="space-y-2">
        {servers.map((server) => (
          <ServerTools
            key={server.name}
            off={off}
            onOff={(name, isOff) => onChange({ ...tools, off: toggle(off, name, isOff) })}
            onPin={(name, isPinned) =>
              onChange({ ...tools, pinned: toggle(pinned, name, isPinned) })
            }
            pinned={pinned}
            server={server}
          />
        ))}
      </ul>
    </Dialog>
  )
}

function toggle(names: readonly string[], name: string, isIncluded: boolean): string[] {
  const others = names.filter((each) => each !== name)
  return isIncluded ? [...others, name] : others
}

interface ServerToolsProps {
  readonly server: ServerListing
  readonly off: readonly string[]
  readonly pinned: readonly string[]
  readonly onOff: (name: string, isOff: boolean) => void
  readonly onPin: (name: string, isPinned: boolean) => void
}

function ServerTools({
  server: { name, operations },
  off,
  pinned,
  onOff,
  onPin,
}: ServerToolsProps) {
  const offered = useMemo(
    () =>
      operations
        .filter(({ audience }) => audience === 'model')
        .map((operation) => ({ path: pathOf(name, operation), cost: toolCost(operation) })),
    [name, operations],
  )
  const isOff = off.includes(name)
  const cost = offered
    .filter(({ path }) => pinned.includes(path))
    .reduce((sum, each) => sum + each.cost, 0)
  return (
    <li className="rounded-md border border-line">
      <div className="flex items-center gap-2 px-3 py-2">
        <label className="flex grow items-center gap-2 font-medium">
          <input
            checked={!isOff}
            onChange={({ target }) => onOff(name, !target.checked)}
            type="checkbox"
          />
          {name}
        </label>
        <span className="text-sm text-muted tabular-nums">
          {offered.length} operations{cost === 0 ? '' : `, ${tokens(cost)} always`}
        </span>
      </div>
      {!isOff && offered.length > 0 && (
        <details className="border-t border-line">
          <summary className="px-3 py-1 text-sm text-muted">Operations</summary>
          <table className="w-full text-sm">
            <thead className="text-left text-muted">
              <tr>
                <th className="px-3 py-1 font-normal">Operation</th>
                <th className="px-3 py-1 font-normal">Allowed</th>
                <th className="px-3 py-1 font-normal">Always offered</th>
                <th className="px-3 py-1 text-right font-normal">Tokens</th>
              </tr>
            </thead>
            <tbody>
              {offered.map(({ path, cost: each }) => (
                <tr className="border-t border-line" key={path}>
                  <td className="px-3 py-1 wrap-anywhere">
                    <code>{path}</code>
                  </td>
                  <td className="px-3 py-1">
                    <input
                      aria-label={`Allow ${path}`}
                      checked={!off.includes(path)}
                      onChange={({ target }) => onOff(path, !target.checked)}
                      type="checkbox"
                    />
                  </td>
                  <td className="px-3 py-1">
                    <input
                      aria-label={`Always offer ${path}`}
                      checked={pinned.includes(path)}
                      onChange={({ target }) => onPin(path, target.checked)}
                      type="checkbox"
                    />
                  </td>
                  <td className="px-3 py-1 text-right tabular-nums">{each}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </li>
  )
}

const tokens = (count: number): string => `about ${count.toLocaleString('en')} tokens`

/** Returns the name of an operation in the settings. */
function pathOf(server: string, { target, operation }: OperationDescription): string {
  return target === undefined || target === server
    ? `${server}.${operation}`
    : `${server}.${target}.${operation}`
}
